using System.IO.Compression;
using Iterate.Domain.Api;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Iterate.Specs.Streams;

/// <summary>The menu of a stream: metadata, export, archive, delete (S-PW20, S-PW23, S-PW33).</summary>
public sealed class ManagingStreamsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task the_menu_opens_from_the_header_and_back_closes_it()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(2).WaitForAsync();
        await Page.GetByLabel("Actions for /notes").ClickAsync();
        await Page.GetByTestId("stream-menu").GetByText("Archive").WaitForAsync();
        await CheckAccessibilityAsync();
        Page.Url.ShouldEndWith("?panel=more");
        await Page.GoBackAsync();
        await Page.WaitForURLAsync("**/streams/notes");
        await Page.GetByTestId("composer-textarea").ClickAsync();
    }

    [Spec]
    public async Task the_path_is_copied_and_says_so()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?panel=more");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Copy path" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Copied" }).WaitForAsync();
    }

    [Spec]
    public async Task metadata_is_edited_and_gives_the_stream_a_title()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("more-open").ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Edit metadata" }).ClickAsync();
        await Page.GetByLabel("Title").FillAsync("Field notes");
        await Page.GetByLabel("Other members").FillAsync("""{ "owner": "ada" """);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alert).GetByText("This is no JSON").WaitForAsync();
        await CheckAccessibilityAsync();
        await Page.GetByLabel("Other members").FillAsync("""{ "owner": "ada" }""");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Page.EventRow(3).GetByText("""{"owner":"ada","title":"Field notes"}""").WaitForAsync();
    }

    [Spec]
    public async Task an_export_holds_the_events_of_the_range_and_filter()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 6);
        await Api.AppendAsync(Project.Slug, "/notes", "note/removed", "{}");
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?panel=export&types=note/added");
        await Page.GetByLabel("From offset").FillAsync("3");
        await Page.GetByLabel("To offset").FillAsync("5");
        await CheckAccessibilityAsync();
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByTestId("export-download").ClickAsync());
        download.SuggestedFilename.ShouldBe($"{Project.Slug}-notes-3-5.ndjson");
        var lines = await File.ReadAllLinesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        await ShouldBeNotesAsync(lines, 3, 4, 5);
    }

    [Spec]
    public async Task an_export_can_be_compressed()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 2);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?panel=export&types=note/added");
        await Page.GetByText("Compress with gzip").ClickAsync();
        await Page.Locator("[data-testid=export-download][href*='gzip=true']").WaitForAsync();
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByTestId("export-download").ClickAsync());
        download.SuggestedFilename.ShouldEndWith(".ndjson.gz");
        await using var file = File.OpenRead(await download.PathAsync());
        using var lines = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        await ShouldBeNotesAsync((await lines.ReadToEndAsync(TestContext.Current.CancellationToken)).TrimEnd().Split('\n'), 2, 3);
    }

    [Spec]
    public async Task an_archived_stream_is_read_only_until_it_is_taken_out_again()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("more-open").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Archive" }).ClickAsync();
        await Page.GetByTestId("read-only").GetByText("Read only: archived").WaitForAsync();
        await Page.GetByTestId("stream-status").GetByText("archived").WaitForAsync();
        await Page.EventRow(4).GetByText("Note 3").WaitForAsync();
        await CheckAccessibilityAsync();

        await Page.GetByTestId("more-open").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Unarchive" }).ClickAsync();
        await Page.GetByTestId("composer-textarea").FillAsync("""{ "type": "note/back" }""");
        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.EventRow(5).GetByText("back").WaitForAsync();
    }

    [Spec]
    public async Task deleting_needs_the_typed_path_and_leaves_a_tombstone_where_a_new_stream_can_begin()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("more-open").ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Delete" }).ClickAsync();
        await Page.Locator("[data-testid=delete-run]:disabled").WaitForAsync();
        await Page.GetByTestId("delete-confirm").FillAsync("/notes");
        await CheckAccessibilityAsync();
        await Page.GetByTestId("delete-run").ClickAsync();
        await Page.GetByTestId("stream-tombstone").GetByText("This stream was deleted").WaitForAsync();
        await CheckAccessibilityAsync();

        await Page.GetByTestId("recreate-button").ClickAsync();
        await Page.GetByTestId("event-count").GetByText("1 event", new() { Exact = true }).WaitForAsync();
        await Page.EventRow(1).GetByText("created").WaitForAsync();
        await Page.EventStream("[data-head='1'][data-first='1'][data-last='1']").WaitForAsync();
    }

    [Spec]
    public async Task a_stream_with_children_is_deleted_with_them_when_asked()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Api.AppendNotesAsync(Project.Slug, "/notes/today", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?panel=delete");
        await Page.GetByText("Also all streams below it").ClickAsync();
        await Page.GetByTestId("delete-confirm").FillAsync("/notes");
        await Page.GetByTestId("delete-run").ClickAsync();
        await Page.GetByTestId("stream-tombstone").WaitForAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes/today");
        await Page.GetByTestId("stream-tombstone").WaitForAsync();
    }

    private async Task ShouldBeNotesAsync(string[] lines, params long[] offsets)
    {
        var page = await Api.Streams.ReadAsync(
            new(Project.Slug, "/notes", AfterOffset: offsets[0] - 1, Limit: offsets.Length), TestContext.Current.CancellationToken);
        lines.ShouldBe(page.Events.Select(stored => System.Text.Json.JsonSerializer.Serialize(stored, ApiJson.Options)));
    }
}

/// <summary>The same for somebody who may only look.</summary>
public sealed class ViewingStreamsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    protected override bool StartsAsViewer => true;

    [Spec]
    public async Task a_viewer_reads_and_finds_read_only_where_the_composer_would_be()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(2).GetByText("Note 1").WaitForAsync();
        await Page.GetByTestId("read-only").GetByText("Read only").WaitForAsync();
        await Page.GetByTestId("more-open").ClickAsync();
        await Page.GetByTestId("stream-menu").GetByText("2 events").WaitForAsync();
        (await Page.GetByTestId("stream-menu").GetByRole(AriaRole.Navigation).InnerTextAsync()).ShouldBe("Copy path\nCopy link\nSplit view\nExport");
        var answer = await Page.APIRequest.PostAsync($"/api/streams/append", new()
        {
            DataObject = new { project = Project.Slug, path = "/notes", events = new[] { new { type = "note/added" } } },
            Headers = new Dictionary<string, string> { ["Origin"] = Server.Address.GetLeftPart(UriPartial.Authority) },
        });
        answer.Status.ShouldBe(403);
    }
}
