using Shouldly;

namespace Iterate.Specs.Streams;

public sealed class LosingTheServerSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    protected override bool NeedsOwnServer => true;

    [Spec]
    public async Task a_restart_keeps_the_page_and_what_was_typed_and_the_list_goes_on()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Api.AppendAsync(Project.Slug, "/notes", "note/removed", "{}");
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?types=note/added");
        await Page.EventRow(4).WaitForAsync();
        await Page.GetByTestId("composer-textarea").FillAsync("""{ "type": "note/added", "payload": { "text": "Typed before" } }""");

        await Server.RestartAsync();
        await Api.AppendAsync(Project.Slug, "/notes", "note/added", """{"text":"Appended after"}""");
        await Page.EventRow(6).GetByText("Appended after").WaitForAsync();
        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.EventRow(7).GetByText("Typed before").WaitForAsync();
        await Page.GetByTestId("filter-count").GetByText("5 of 7").WaitForAsync();
        Page.Url.ShouldEndWith("/streams/notes?types=note/added");
    }

    [Spec]
    public async Task a_crash_shows_reconnecting_and_loses_nothing_that_was_committed()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(4).WaitForAsync();

        await Server.KillAsync();
        await Page.GetByTestId("feed-away").GetByText("Reconnecting...").WaitForAsync();
        await Page.EventRow(4).GetByText("Note 3").WaitForAsync();

        await Server.RestartAsync();
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.EventRow(5).WaitForAsync();
        await Page.GetByTestId("event-count").GetByText("5 events").WaitForAsync();
    }
}
