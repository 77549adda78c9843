using Microsoft.Playwright;

namespace Iterate.Specs.Streams;

/// <summary>The children of a stream, on its page.</summary>
public sealed class ChildStreamsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task children_are_listed_with_head_and_time_and_grow_by_themselves()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes/today", 2);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("children-open").ClickAsync();
        await Page.GetByTestId("children-list").Locator("[data-path='/notes/today']").GetByText("3 ·").WaitForAsync();
        await CheckAccessibilityAsync();
        await Api.AppendNotesAsync(Project.Slug, "/notes/tomorrow", 1);
        await Page.GetByTestId("children-list").Locator("[data-path='/notes/tomorrow']").GetByText("2 ·").WaitForAsync();
        await Page.GetByTestId("children-list").GetByText("today").ClickAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = "/notes/today" }).WaitForAsync();
    }

    [Spec]
    public async Task a_new_child_is_created_by_its_name()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?panel=children");
        await Page.GetByText("No children").WaitForAsync();
        await Page.GetByLabel("Name of the new child").FillAsync("Not A Name");
        await Page.GetByRole(AriaRole.Button, new() { Name = "New child" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alert).GetByText("Segment").WaitForAsync();
        await Page.GetByLabel("Name of the new child").FillAsync("today");
        await Page.GetByRole(AriaRole.Button, new() { Name = "New child" }).ClickAsync();
        await Page.WaitForURLAsync("**/streams/notes/today");
        await Page.EventRow(1).GetByText("created").WaitForAsync();
    }
}
