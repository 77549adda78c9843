using Microsoft.Playwright;
using Shouldly;

namespace Iterate.Specs.Streams;

public sealed class ListKeysSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    protected override ViewportSize Screen => Viewport.Desktop;

    [Spec]
    public async Task page_up_and_page_down_move_by_a_screen_wherever_the_focus_is_not_in_a_field()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 999);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(1_000).WaitForAsync();
        await Page.Keyboard.PressAsync("PageUp");
        await Page.EventStream("[data-following=false]").WaitForAsync();
        await Page.GetByTestId("jump-to-latest").WaitForAsync();
        var distance = await Page.DistanceFromEndAsync();
        distance.ShouldBeGreaterThan(300);
        await Page.Keyboard.PressAsync("PageUp");
        (await Page.DistanceFromEndAsync()).ShouldBe(2 * distance, 2);
        await Page.Keyboard.PressAsync("PageDown");
        await Page.Keyboard.PressAsync("PageDown");
        await Page.EventStream("[data-following=true]").WaitForAsync();
    }

    [Spec]
    public async Task home_and_end_need_no_click_into_the_list()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 999);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(1_000).WaitForAsync();
        await Page.Keyboard.PressAsync("Home");
        await Page.EventStream("[data-following=false][data-first='1']").WaitForAsync();
        await Page.Keyboard.PressAsync("End");
        await Page.EventStream("[data-following=true][data-last='1000']").WaitForAsync();
    }

    [Spec]
    public async Task y_copies_the_focused_row_and_says_so()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(4).WaitForAsync();
        await Page.Locator(".it-toasts[data-hydrated=true]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await Page.Keyboard.PressAsync("k");
        await Page.Locator("[data-offset='4']:focus").PressAsync("k");
        await Page.Locator("[data-offset='3']:focus").PressAsync("y");
        await Page.GetByRole(AriaRole.Status).GetByText("Copied event 3").WaitForAsync();
        var copied = await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        copied.ShouldStartWith("""{"offset":3,"type":"note/added","payload":{"text":"Note 2"}""");
    }

    [Spec]
    public async Task slash_opens_the_filter_and_escape_closes_it()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(4).WaitForAsync();
        await Page.Keyboard.PressAsync("/");
        await Page.Locator("[data-testid=filter-text]:focus").PressAsync("Escape");
        await Page.WaitForURLAsync("**/streams/notes");
    }

    [Spec]
    public async Task the_keys_become_text_in_the_composer()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 200);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(201).WaitForAsync();
        await Page.GetByTestId("composer-textarea").PressSequentiallyAsync("j/ky");
        await Page.GetByTestId("composer-textarea").PressAsync("Home");
        await Page.GetByTestId("composer-textarea").PressAsync("PageUp");
        await Page.GetByTestId("composer-textarea").PressSequentiallyAsync("k");
        (await Page.GetByTestId("composer-textarea").InputValueAsync()).ShouldBe("kj/ky");
        await Page.EventStream("[data-following=true][data-last='201']").WaitForAsync();
    }
}
