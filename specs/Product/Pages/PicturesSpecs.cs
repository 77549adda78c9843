using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Specs.Streams;
using Microsoft.Playwright;

namespace Iterate.Specs.Pages;

/// <summary>
/// Each page once as a picture for a person to leaf through, in both sizes and themes, and once judged by axe
/// (requirements W-28 and W-29).
/// </summary>
public sealed class PicturesSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task the_list_of_streams()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.StreamCard("/agents").WaitForAsync();
        await Page.GetByLabel("Children of /agents").ClickAsync();
        await Page.StreamCard("/agents/triage").WaitForAsync();
        await ShowAsync("streams");
    }

    [Spec]
    public async Task a_list_without_streams()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByText("No streams yet").WaitForAsync();
        await ShowAsync("streams-empty");
    }

    [Spec]
    public async Task the_sheet_of_a_new_stream()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=new");
        await Page.GetByRole(AriaRole.Dialog, new() { Name = "New stream" }).WaitForAsync();
        await ShowAsync("new-stream-sheet");
    }

    [Spec]
    public async Task the_sheet_of_an_import()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=import");
        await Page.GetByLabel("Into").FillAsync("/git/commits");
        await Page.GetByTestId("import-file").SetInputFilesAsync(Repository.CommitsSample);
        await Page.GetByTestId("import-run").ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Open stream" }).WaitForAsync();
        await ShowAsync("import-sheet");
    }

    [Spec]
    public async Task the_state_of_a_stream()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage?view=state");
        await Page.GetByTestId("state-gate").GetByText("Open").WaitForAsync();
        await ShowAsync("stream-state");
    }

    [Spec]
    public async Task the_sheet_of_a_breaker()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage?view=state&panel=breaker");
        await Page.GetByTestId("breaker-apply").WaitForAsync();
        await ShowAsync("breaker-sheet");
    }

    [Spec]
    public async Task the_menu_of_a_stream()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage?panel=more");
        await Page.GetByTestId("stream-menu").GetByText("Archive").WaitForAsync();
        await ShowAsync("stream-menu");
    }

    [Spec]
    public async Task the_sheet_of_an_export()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage?panel=export&types=agent/*");
        await Page.GetByTestId("export-download").WaitForAsync();
        await ShowAsync("export-sheet");
    }

    [Spec]
    public async Task the_sheet_of_metadata()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage?panel=metadata");
        await Page.GetByLabel("Title").FillAsync("Triage");
        await ShowAsync("metadata-sheet");
    }

    [Spec]
    public async Task the_sheet_of_a_deletion()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents?panel=delete");
        await Page.GetByText("Also all streams below it").WaitForAsync();
        await ShowAsync("delete-sheet");
    }

    [Spec]
    public async Task the_sheet_of_the_children()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents?panel=children");
        await Page.GetByTestId("children-list").GetByText("triage").WaitForAsync();
        await ShowAsync("children-sheet");
    }

    [Spec]
    public async Task the_sheet_of_the_generator()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents?panel=generator");
        await Page.GetByTestId("generator-run").ClickAsync();
        await Page.GetByText("80 of 80 events, done").WaitForAsync();
        await ShowAsync("generator-sheet");
    }

    [Spec]
    public async Task a_deleted_stream()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/review?panel=delete");
        await Page.GetByTestId("delete-confirm").FillAsync("/agents/review");
        await Page.GetByTestId("delete-run").ClickAsync();
        await Page.GetByTestId("stream-tombstone").WaitForAsync();
        await ShowAsync("stream-deleted");
    }

    [Spec]
    public async Task two_streams_side_by_side()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams-split?left=/agents/triage&right=/notes/today");
        await Page.FrameLocator("[data-testid=split-left] iframe").Locator("[data-offset='61']").WaitForAsync();
        await ShowAsync("split");
    }

    [Spec]
    public async Task a_paused_stream()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage?view=state");
        await Page.GetByTestId("pause-button").ClickAsync();
        await Page.GetByTestId("resume-button").WaitForAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage");
        await Page.GetByTestId("pause-reason").WaitForAsync();
        await Page.EventRow(62).WaitForAsync();
        await ShowAsync("stream-paused");
    }

    [Spec]
    public async Task a_stream()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage");
        await Page.EventRow(61).WaitForAsync();
        await ShowAsync("stream");
    }

    [Spec]
    public async Task a_stream_as_a_feed()
    {
        await ArrangeStreamsAsync();
        await Api.AppendNotesAsync(Project.Slug, "/agents/triage", 90);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage?view=feed");
        await Page.GetByText("×90").ClickAsync();
        await Page.EventRow(70).WaitForAsync();
        await ShowAsync("stream-feed");
    }

    [Spec]
    public async Task a_stream_away_from_its_tail()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage?at=20");
        await Page.EventRow(20).WaitForAsync();
        await Api.AppendAsync(Project.Slug, "/agents/triage", "agent/input-added", "{}");
        await Page.GetByTestId("unread-count").GetByText("1 new").WaitForAsync();
        await ShowAsync("stream-away");
    }

    [Spec]
    public async Task the_sheet_of_an_event()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage");
        await Page.EventRow(60).ClickAsync();
        await Page.GetByTestId("event-json").WaitForAsync();
        await ShowAsync("event-sheet");
    }

    [Spec]
    public async Task the_sheet_of_the_filter()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage?panel=types&types=agent/input-added");
        await Page.Locator("[data-testid=filter-type][data-type='agent/input-added']").WaitForAsync();
        await ShowAsync("filter-sheet");
    }

    [Spec]
    public async Task the_sheet_of_text_and_offsets()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage?panel=text&q=retry&from=10");
        await Page.GetByTestId("filter-text").WaitForAsync();
        await ShowAsync("filter-text-sheet");
    }

    [Spec]
    public async Task a_filter_without_a_match()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage?types=agent/input-added&q=zebra");
        await Page.GetByTestId("stream-events").GetByText("Clear filter").WaitForAsync();
        await ShowAsync("filter-no-match");
    }

    [Spec]
    public async Task a_draft_that_is_not_json()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage");
        await Page.GetByTestId("composer-textarea").FillAsync("{\n  \"type\": \"agent/input-added\",\n  payload\n}");
        await Page.GetByTestId("composer-error").GetByText("Line 3, column 3").WaitForAsync();
        await ShowAsync("composer-error");
    }

    [Spec]
    public async Task the_menu_of_everything_else()
    {
        await ArrangeStreamsAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();
        await Page.GetByRole(AriaRole.Dialog, new() { Name = "More" }).WaitForAsync();
        await ShowAsync("more-sheet");
    }

    [Spec]
    public async Task a_page_that_is_not_there()
    {
        await Page.GotoAsync("/nowhere");
        await Page.GetByText("Nothing here").WaitForAsync();
        await ShowAsync("not-found");
    }

    private async Task ArrangeStreamsAsync()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes/today", 3);
        // Before what is below it: ancestors follow by themselves, but a moment later.
        await Api.AppendAsync(Project.Slug, "/agents", "agent/team-named", """{"name":"Triage and review"}""");
        await Api.AppendAsync(Project.Slug, "/agents/review", "agent/input-added", """{"text":"Look at the retry loop"}""");
        await Api.AppendAsync(
            Project.Slug,
            "/agents/triage",
            [.. Enumerable.Range(1, 20).SelectMany(TriageStep)]);
    }

    private static IEnumerable<EventInput> TriageStep(int step) =>
    [
        Event("agent/input-added", """{"text":"The import stops after a bad line","from":"ada@example.test"}"""),
        Event("agent/tool-call-failed", string.Create(CultureInfo.InvariantCulture, $$"""{"tool":"git.blame","attempt":{{step}},"error":{"code":"timeout"} }""")),
        Event("agent/step-finished", """{"message":"Labelled it and asked for the file","tokens":1841,"labels":["import","bug"]}"""),
    ];

    private static EventInput Event(string type, string payload) => new() { Type = type, Payload = JsonText.Parse(payload) };

    private async Task ShowAsync(string name)
    {
        await CaptureAsync(name);
        await CheckAccessibilityAsync();
        await Accessibility.CheckDarkAsync(Page);
    }
}

/// <summary>The same for whoever is not signed in.</summary>
public sealed class SignedOutPicturesSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    protected override bool StartsSignedIn => false;

    [Spec]
    public async Task the_page_behind_a_sign_in_link()
    {
        await Page.GotoAsync("/login/link#not-a-real-token");
        await Page.GetByText("This link works once.").WaitForAsync();
        await CaptureAsync("sign-in-link");
        await CheckAccessibilityAsync();
    }

    [Spec]
    public async Task the_sign_in_page()
    {
        await Page.GotoAsync("/login");
        await Page.GetByText("prints a link that signs you in").WaitForAsync();
        await CaptureAsync("sign-in");
        await CheckAccessibilityAsync();
    }

    [Spec]
    public async Task the_sign_in_page_after_a_link_that_was_used()
    {
        await Page.GotoAsync("/login?error=link-used");
        await Page.GetByText("This link was used already").WaitForAsync();
        await CaptureAsync("sign-in-refused");
        await CheckAccessibilityAsync();
    }
}
