using System.Reflection;
using Iterate.Specs.Plugins.Wrapping;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Iterate.Specs.Plugins.Specs;

public sealed class WrappingSpecs(BrowserFixture fixture)
{
    private const string Rows = """<ul><li>One <b>bold</b></li><li>Two</li></ul><iframe srcdoc="<p>Inside</p>"></iframe>""";

    [Fact]
    public async Task every_locator_that_a_wrapped_object_returns_is_wrapped()
    {
        await using var session = await fixture.OpenAsync(Rows);
        var page = session.Page;
        var items = page.Locator("li");
        object[] returned =
        [
            items, items.First, items.Last, items.Nth(1), items.Filter(new() { HasText = "One" }), items.Locator("b"),
            items.Or(page.Locator("ul")), items.And(page.GetByText("Two")), items.GetByText("bold"), items.Describe("items"),
            page.GetByRole(AriaRole.Listitem), page.GetByTestId("none"), page.GetByLabel("none"), page.GetByPlaceholder("none"),
            page.GetByTitle("none"), page.GetByAltText("none"),
            page.FrameLocator("iframe"), page.FrameLocator("iframe").GetByText("Inside"), page.FrameLocator("iframe").Owner,
            page.Locator("iframe").ContentFrame.Locator("p"), page.MainFrame, page.MainFrame.Locator("li"), page.Frames[1].GetByText("Inside"),
            items.Page, page.Context, page.Context.Pages[0], .. await items.AllAsync(),
        ];
        returned.ShouldAllBe(item => item is DispatchProxy);
    }

    [Fact]
    public async Task the_same_object_is_wrapped_once()
    {
        await using var session = await fixture.OpenAsync(Rows);
        session.Page.MainFrame.ShouldBeSameAs(session.Page.MainFrame);
        session.Page.Locator("li").Page.ShouldBeSameAs(session.Page);
        session.Context.Pages.ShouldBe([session.Page]);
    }

    [Fact]
    public async Task a_popup_is_wrapped()
    {
        await using var session = await fixture.OpenAsync("<button onclick=\"window.open('about:blank')\">Open</button>");
        var popup = await session.Page.RunAndWaitForPopupAsync(() => session.Page.GetByText("Open").ClickAsync(), new() { Timeout = 10_000 });
        popup.ShouldBeAssignableTo<DispatchProxy>();
    }

    [Fact]
    public async Task an_address_is_waited_for_as_long_as_it_takes()
    {
        await using var session = await fixture.OpenAsync("<script>setTimeout(() => location.hash = 'there', 1200)</script>");
        await session.Page.WaitForURLAsync("**/*#there");
        await session.Page.MainFrame.WaitForURLAsync(address => address.EndsWith("#there", StringComparison.Ordinal));
    }

    [Fact]
    public async Task an_address_that_never_comes_is_missed_in_the_time_that_was_given()
    {
        await using var session = await fixture.OpenAsync(Rows);
        var failure = await Should.ThrowAsync<TimeoutException>(() => session.Page.WaitForURLAsync("**/never", new() { Timeout = 700 }));
        failure.Message.ShouldStartWith($"The address is still {session.Page.Url} after 0.");
    }

    [Fact]
    public async Task wrapped_objects_can_be_arguments()
    {
        await using var session = await fixture.OpenAsync(Rows);
        var page = session.Page;
        var items = page.Locator("li");
        (await items.Filter(new() { Has = page.Locator("b") }).CountAsync()).ShouldBe(1);
        (await items.Filter(new() { HasNot = page.Locator("b") }).CountAsync()).ShouldBe(1);
        (await page.Locator("ul").Locator(items).CountAsync()).ShouldBe(2);
        (await items.Or(page.Locator("ul")).CountAsync()).ShouldBe(3);
        (await page.ScreenshotAsync(new() { Mask = [items], Timeout = 10_000 })).ShouldNotBeEmpty();
        (await page.Context.NewCDPSessionAsync(page)).ShouldNotBeNull();
    }

    [Fact]
    public async Task options_of_the_caller_stay_as_they_are()
    {
        await using var session = await fixture.OpenAsync(Rows);
        var bold = session.Page.Locator("b");
        var filter = new LocatorFilterOptions { Has = bold };
        var wait = new LocatorWaitForOptions();
        await session.Page.Locator("li").Filter(filter).WaitForAsync(wait);
        filter.Has.ShouldBeSameAs(bold);
        wait.Timeout.ShouldBeNull();
    }

    [Fact]
    public async Task what_is_not_an_action_answers_as_without_the_library()
    {
        await using var session = await fixture.OpenAsync(Rows);
        (await session.Page.EvaluateAsync<int>("1 + 1")).ShouldBe(2);
        (await session.Page.TitleAsync()).ShouldBe("Test page");
        (await session.Page.Locator("li").AllInnerTextsAsync()).ShouldBe(["One bold", "Two"]);
        session.Page.ViewportSize!.Width.ShouldBe(1280);
        session.Page.Locator("li").ToString().ShouldBe(session.Page.Locator("li").Unwrap().ToString());
    }

    [Fact]
    public async Task every_action_passes_through_the_middlewares()
    {
        var recorder = new RecordingPlugin("recorder", []);
        await using var session = await fixture.OpenAsync(
            """
            <input id=text><input id=box type=checkbox>
            <select><option value=a>A</option><option value=b>B</option></select><p>Some text</p>
            """,
            [recorder]);
        var text = session.Page.Locator("#text");
        await text.ClickAsync();
        await text.DblClickAsync();
        await text.WaitForAsync();
        await text.FillAsync("x");
        await text.ClearAsync();
        await text.PressAsync("a");
        await text.PressSequentiallyAsync("bc");
        await text.HoverAsync();
        await text.FocusAsync();
        await text.BlurAsync();
        await session.Page.Locator("#box").CheckAsync();
        (await session.Page.Locator("select").SelectOptionAsync("b")).ShouldBe(["b"]);
        (await session.Page.Locator("p").TextContentAsync()).ShouldBe("Some text");
        (await session.Page.Locator("p").InnerTextAsync()).ShouldBe("Some text");
        (await text.InputValueAsync()).ShouldBe("abc");

        recorder.Actions.Select(action => action.Method).ShouldBe(
        [
            "ClickAsync", "DblClickAsync", "WaitForAsync", "FillAsync", "ClearAsync", "PressAsync", "PressSequentiallyAsync",
            "HoverAsync", "FocusAsync", "BlurAsync", "CheckAsync", "SelectOptionAsync", "TextContentAsync", "InnerTextAsync",
        ]);
        recorder.Actions[3].Args[0].ShouldBe("x");
        recorder.Actions.ShouldAllBe(action => action.Page == session.Page.Unwrap() && action.Caller == typeof(WrappingSpecs));
    }

    [Fact]
    public async Task actions_by_selector_on_pages_and_frames_are_actions_too()
    {
        var recorder = new RecordingPlugin("recorder", []);
        await using var session = await fixture.OpenAsync("<p>First</p><p>Second</p>", [recorder]);
        await session.Page.ClickAsync("p");
        (await session.Page.MainFrame.TextContentAsync("p")).ShouldBe("First");
        (await session.Page.WaitForSelectorAsync("p")).ShouldNotBeNull();
        recorder.Actions.Select(action => action.Method).ShouldBe(["ClickAsync", "TextContentAsync", "WaitForSelectorAsync"]);
        (await recorder.Actions[0].Locator.CountAsync()).ShouldBe(1);
    }
}
