using Iterate.Specs.Streams;
using Microsoft.Playwright;
using Shouldly;

namespace Iterate.Specs.Shell;

public sealed class DesktopSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    protected override ViewportSize Screen => Viewport.Desktop;

    [Spec]
    public async Task sidebar_tree_and_stream_stand_side_by_side()
    {
        await Api.AppendNotesAsync(Project.Slug, "/agents/triage", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage");
        await Page.EventRow(4).WaitForAsync();
        var sidebar = await Page.GetByRole(AriaRole.Complementary, new() { Name = "Sidebar" }).BoundingBoxAsync();
        var tree = await Page.GetByRole(AriaRole.Region, new() { Name = "Streams" }).BoundingBoxAsync();
        var stream = await Page.GetByTestId("stream-page").BoundingBoxAsync();
        sidebar!.X.ShouldBe(0);
        tree!.X.ShouldBe(sidebar.Width, tolerance: 1);
        stream!.X.ShouldBe(tree.X + tree.Width, tolerance: 1);
        (stream.X + stream.Width).ShouldBe(1_280, tolerance: 1);
        stream.Height.ShouldBe(800, tolerance: 1);
        await CheckAccessibilityAsync();
    }

    [Spec]
    public async Task another_stream_of_the_tree_opens_beside_it()
    {
        await Api.AppendNotesAsync(Project.Slug, "/agents/triage", 1);
        await Api.AppendNotesAsync(Project.Slug, "/agents/review", 7);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage");
        await Page.StreamCard("/agents/review").GetByRole(AriaRole.Link).ClickAsync();
        await Page.WaitForURLAsync("**/streams/agents/review");
        await Page.EventRow(8).GetByText("Note 7").WaitForAsync();
        await Page.StreamCard("/agents/review").Locator("[aria-current=page]").WaitForAsync();
    }

    [Spec]
    public async Task the_theme_is_chosen_in_the_menu_of_the_person()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByLabel($"Menu of {Person.Name}").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Light" }).ClickAsync();
        await Page.Locator("html[data-theme=light]").WaitForAsync();
        await Page.ReloadAsync();
        await Page.Locator("html[data-theme=light]").WaitForAsync();
    }
}
