using Microsoft.Playwright;

namespace Iterate.Specs.Streams;

public sealed class FindingStreamsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task streams_are_listed_as_cards_and_a_tap_opens_one()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 4);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.StreamCard("/notes").GetByText("5 events").WaitForAsync();
        await CheckAccessibilityAsync();
        await Page.StreamCard("/notes").GetByRole(AriaRole.Link).ClickAsync();
        await Page.WaitForURLAsync($"**/proj/{Project.Slug}/streams/notes");
        await Page.GetByRole(AriaRole.Heading, new() { Name = "/notes" }).WaitForAsync();
        await Page.EventRow(5).GetByText("Note 4").WaitForAsync();
    }

    [Spec]
    public async Task a_chevron_opens_the_children_of_a_stream_in_place()
    {
        await Api.AppendNotesAsync(Project.Slug, "/agents/triage", 1);
        await Api.AppendNotesAsync(Project.Slug, "/agents/review/today", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByLabel("Children of /agents", new() { Exact = true }).ClickAsync();
        await Page.StreamCard("/agents/triage").WaitForAsync();
        await Page.GetByLabel("Children of /agents/review").ClickAsync();
        await Page.StreamCard("/agents/review/today").WaitForAsync();
        await CheckAccessibilityAsync();
    }

    [Spec]
    public async Task typing_finds_streams_by_their_path()
    {
        await Api.AppendNotesAsync(Project.Slug, "/agents/triage", 1);
        await Api.AppendNotesAsync(Project.Slug, "/agents/review", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByTestId("stream-search").FillAsync("tria");
        await Page.GetByRole(AriaRole.List, new() { Name = "Streams found" }).GetByText("/agents/triage").ClickAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = "/agents/triage" }).WaitForAsync();
    }

    [Spec]
    public async Task a_search_without_a_match_says_so()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByTestId("stream-search").FillAsync("zebra");
        await Page.GetByText("No stream matches").WaitForAsync();
    }

    [Spec]
    public async Task a_new_stream_is_created_by_its_path()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByLabel("New stream").ClickAsync();
        await Page.GetByLabel("Path", new() { Exact = true }).FillAsync("/notes/today");
        await CheckAccessibilityAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create stream" }).ClickAsync();
        await Page.WaitForURLAsync("**/streams/notes/today");
        await Page.EventRow(1).GetByText("created").WaitForAsync();
    }

    [Spec]
    public async Task a_path_that_cannot_be_is_refused_with_the_reason()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=new");
        await Page.GetByLabel("Path", new() { Exact = true }).FillAsync("/Not A Path");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create stream" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alert).GetByText("path").WaitForAsync();
    }
}
