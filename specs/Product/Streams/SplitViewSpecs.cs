using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Iterate.Specs.Streams;

/// <summary>Two streams side by side (S-PW8 to S-PW10).</summary>
public sealed class SplitViewSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    protected override ViewportSize Screen => Viewport.Desktop;

    private IFrameLocator Left => Page.FrameLocator("[data-testid=split-left] iframe");

    private IFrameLocator Right => Page.FrameLocator("[data-testid=split-right] iframe");

    [Spec]
    public async Task one_stream_in_both_panes_shows_an_append_of_either_in_both()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams-split?left=/notes&right=/notes");
        await AppendAsync(Left, "note/from-left");
        await Left.Locator("[data-testid=event-row][data-offset='3']").GetByText("from-left").WaitForAsync();
        await Right.Locator("[data-testid=event-row][data-offset='3']").GetByText("from-left").WaitForAsync();
        await AppendAsync(Right, "note/from-right");
        await Left.Locator("[data-testid=event-row][data-offset='4']").GetByText("from-right").WaitForAsync();
        await Right.Locator("[data-testid=event-row][data-offset='4']").GetByText("from-right").WaitForAsync();
        await CheckAccessibilityAsync();
    }

    [Spec]
    public async Task two_streams_keep_to_themselves()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Api.AppendNotesAsync(Project.Slug, "/tasks", 4);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams-split?left=/notes&right=/tasks");
        await AppendAsync(Left, "note/left-alone");
        await AppendAsync(Right, "task/right-alone");
        await Left.GetByTestId("event-count").GetByText("3 events").WaitForAsync();
        await Left.Locator("[data-testid=event-row][data-offset='3']").GetByText("left-alone").WaitForAsync();
        await Right.GetByTestId("event-count").GetByText("6 events").WaitForAsync();
        await Right.Locator("[data-testid=event-row][data-offset='6']").GetByText("right-alone").WaitForAsync();
    }

    [Spec]
    public async Task closing_a_pane_ends_its_follow_and_the_other_goes_on()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams-split?left=/notes&right=/notes");
        await Left.Locator("event-stream[data-last='2']").WaitForAsync();
        await Right.Locator("event-stream[data-last='2']").WaitForAsync();
        (await FollowersAsync()).ShouldBe(2);
        await Page.GetByTestId("split-right").GetByTestId("split-close").ClickAsync();
        await Page.GetByTestId("split-right").GetByLabel("Path of a stream").WaitForAsync();
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Left.Locator("[data-testid=event-row][data-offset='3']").WaitForAsync();
        (await FollowersAsync()).ShouldBe(1);

        await Page.GetByTestId("split-right").GetByLabel("Path of a stream").FillAsync("/notes");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Open here" }).ClickAsync();
        await Right.Locator("[data-testid=event-row][data-offset='3']").WaitForAsync();
    }

    [Spec]
    public async Task the_panes_share_the_screen()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?panel=more");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Split view" }).ClickAsync();
        await Page.GetByTestId("split-right").GetByLabel("Path of a stream").FillAsync("/notes");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Open here" }).ClickAsync();
        await Right.Locator("[data-testid=event-row][data-offset='2']").WaitForAsync();
        var left = await Page.GetByTestId("split-left").BoundingBoxAsync();
        var right = await Page.GetByTestId("split-right").BoundingBoxAsync();
        left!.Width.ShouldBe(right!.Width, tolerance: 2);
        (right.X + right.Width).ShouldBe(1_280, tolerance: 1);
    }

    private static async Task AppendAsync(IFrameLocator pane, string type)
    {
        await pane.GetByTestId("composer-textarea").FillAsync($$"""{ "type": "{{type}}" }""");
        await pane.GetByTestId("composer-append").ClickAsync();
    }

    private async Task<int> FollowersAsync() =>
        (await Api.Streams.StateAsync(new(Project.Slug, "/notes"), TestContext.Current.CancellationToken)).Runtime.Followers;
}

/// <summary>On a phone the panes are tabs.</summary>
public sealed class SplitViewOnAPhoneSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task the_tabs_choose_a_pane()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Api.AppendNotesAsync(Project.Slug, "/tasks", 4);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams-split?left=/notes&right=/tasks");
        await Page.FrameLocator("[data-testid=split-left] iframe").Locator("[data-testid=event-row][data-offset='2']").WaitForAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Right: /tasks" }).ClickAsync();
        await Page.FrameLocator("[data-testid=split-right] iframe").Locator("[data-testid=event-row][data-offset='5']").WaitForAsync();
        await Page.WaitForURLAsync("**&tab=right");
        await CheckAccessibilityAsync();
    }
}
