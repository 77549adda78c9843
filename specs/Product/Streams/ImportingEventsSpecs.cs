using System.Text;
using Iterate.Domain.Api;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Iterate.Specs.Streams;

public sealed class ImportingEventsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    private static CancellationToken InTime => TestContext.Current.CancellationToken;

    [Spec]
    public async Task importing_a_file_shows_its_progress_and_count_and_opens_the_stream()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByLabel("Import events").ClickAsync();
        await Page.GetByLabel("Into").FillAsync("/git/commits");
        await Page.GetByTestId("import-file").SetInputFilesAsync(Repository.CommitsSample);
        await CheckAccessibilityAsync();
        await Page.GetByTestId("import-run").ClickAsync();
        await Page.GetByTestId("import-progress").GetByText("300 events of 300 lines imported").WaitForAsync();
        await Page.GetByRole(AriaRole.Progressbar, new() { Name = "Imported" }).And(Page.Locator("[aria-valuenow='100']")).WaitForAsync();
        await CheckAccessibilityAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Open stream" }).ClickAsync();
        await Page.GetByTestId("event-count").GetByText("301 events").WaitForAsync();
        await Page.EventStream("[data-following=true][data-last='301']").WaitForAsync();
    }

    [Spec]
    public async Task importing_a_file_again_says_that_its_events_were_already_there()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=import");
        await Page.GetByLabel("Into").FillAsync("/git/commits");
        await Page.GetByTestId("import-file").SetInputFilesAsync(Repository.CommitsSample);
        await Page.GetByTestId("import-run").ClickAsync();
        await Page.GetByTestId("import-progress").GetByText("300 events of 300 lines imported").WaitForAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=import");
        await Page.GetByLabel("Into").FillAsync("/git/commits");
        await Page.GetByTestId("import-file").SetInputFilesAsync(Repository.CommitsSample);
        await Page.GetByTestId("import-run").ClickAsync();
        await Page.GetByTestId("import-progress").GetByText("0 events of 300 lines imported, the others were there before").WaitForAsync();
    }

    [Spec]
    public async Task an_exported_stream_is_restored_elsewhere_and_a_reload_half_way_does_no_harm()
    {
        foreach (var _ in Enumerable.Range(1, 12))
        {
            await Api.AppendNotesAsync(Project.Slug, "/notes", 1_000);
        }

        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?panel=export");
        await Page.GetByTestId("export-download").FocusAsync();
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByTestId("export-download").ClickAsync());

        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=import");
        await Page.GetByLabel("Into").FillAsync("/copy");
        await Page.GetByLabel("Events", new() { Exact = true }).SelectOptionAsync("Restore");
        await Page.GetByTestId("import-file").SetInputFilesAsync(await download.PathAsync());
        await Page.RouteAsync("**/api/streams/import-chunk", _ => Task.CompletedTask);
        await Page.RouteAsync("**/api/streams/import-chunk", route => route.ContinueAsync(), new() { Times = 1 });
        await Page.GetByTestId("import-run").ClickAsync();
        await Page.GetByTestId("import-progress").GetByText("lines imported").WaitForAsync();
        await Page.GetByRole(AriaRole.Progressbar, new() { Name = "Importing..." }).WaitForAsync();
        await Page.UnrouteAllAsync();
        await Page.ReloadAsync();
        await Page.GetByTestId("import-progress").GetByText("12,001 events of 12,001 lines imported").WaitForAsync();

        await Page.GetByRole(AriaRole.Link, new() { Name = "Open stream" }).ClickAsync();
        await Page.EventStream("[data-following=true][data-last='12001']").WaitForAsync();
        var (exported, restored) = (await ReadAsync("/notes"), await ReadAsync("/copy"));
        restored.Select(copy => (copy.Offset, copy.CreatedAt, copy.Payload.Text)).ShouldBe(exported.Select(original => (original.Offset, original.CreatedAt, original.Payload.Text)));
    }

    [Spec]
    public async Task an_import_that_is_given_up_leaves_nothing_of_what_was_to_be_restored()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=import");
        await Page.GetByLabel("Into").FillAsync("/copy");
        await Page.GetByLabel("Events", new() { Exact = true }).SelectOptionAsync("Restore");
        await Page.GetByTestId("import-file").SetInputFilesAsync(Text("notes.ndjson", "{}"));
        await Page.RouteAsync("**/api/streams/import-chunk", _ => Task.CompletedTask);
        await Page.GetByTestId("import-run").ClickAsync();
        await Page.GetByTestId("import-cancel").ClickAsync();
        await Page.GetByText("Nothing of it remains.").WaitForAsync();
        (await Should.ThrowAsync<ApiException>(() => Api.Streams.StateAsync(new(Project.Slug, "/copy"), InTime))).Code.ShouldBe(ErrorCodes.NotFound);
    }

    [Spec]
    public async Task an_import_needs_no_place_in_the_browser()
    {
        await Page.AddInitScriptAsync("IDBFactory.prototype.open = () => { throw new DOMException('Nothing is kept here', 'SecurityError'); }");
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=import");
        await Page.GetByLabel("Into").FillAsync("/git/commits");
        await Page.GetByTestId("import-file").SetInputFilesAsync(Repository.CommitsSample);
        await Page.GetByTestId("import-run").ClickAsync();
        await Page.GetByTestId("import-progress").GetByText("300 events of 300 lines imported").WaitForAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Open stream" }).ClickAsync();
        await Page.EventStream("[data-following=true][data-last='301']").WaitForAsync();
    }

    [Spec]
    public async Task an_empty_file_is_refused()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=import");
        await Page.GetByLabel("Into").FillAsync("/git/commits");
        await Page.GetByTestId("import-file").SetInputFilesAsync(Text("empty.ndjson", ""));
        await Page.GetByTestId("import-run").ClickAsync();
        await Page.GetByRole(AriaRole.Alert).GetByText("The file is empty.").WaitForAsync();
    }

    [Spec]
    public async Task a_bad_line_is_named_each_time_with_its_reason_and_the_import_goes_on_once_it_is_corrected()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=import");
        await Page.GetByLabel("Into").FillAsync("/lines");
        await Page.GetByTestId("import-file").SetInputFilesAsync(Text("lines.ndjson", """
            {"type":"line/first"}
            {"type":"line/second"}
            {"type":"line/third",}
            {"type":"line/fourth"}
            """));
        await Page.GetByTestId("import-run").ClickAsync();
        await Page.GetByRole(AriaRole.Alert).GetByText("Line 3: is not valid JSON (column 22). The lines before it are in the stream.").WaitForAsync();
        await Page.GetByTestId("import-progress").GetByText("2 events of 2 lines imported").WaitForAsync();
        await CheckAccessibilityAsync();
        await Page.GetByTestId("import-file").SetInputFilesAsync(Text("lines.ndjson", """
            {"type":"line/first"}
            {"type":"line/second"}
            {"type:"line/third"}
            {"type":"line/fourth"}
            """));
        await Page.GetByTestId("import-run").ClickAsync();
        await Page.GetByRole(AriaRole.Alert).GetByText("Line 3: is not valid JSON (column 9). The lines before it are in the stream.").WaitForAsync();
        await Page.GetByTestId("import-file").SetInputFilesAsync(Text("lines.ndjson", """
            {"type":"line/first"}
            {"type":"line/second"}
            {"type":"line/third"}
            {"type":"line/fourth"}
            """));
        await Page.GetByTestId("import-run").ClickAsync();
        await Page.GetByTestId("import-progress").GetByText("4 events of 4 lines imported").WaitForAsync();
    }

    private static FilePayload Text(string name, string lines) =>
        new() { Name = name, MimeType = "application/x-ndjson", Buffer = Encoding.UTF8.GetBytes(lines) };

    /// <summary>Events from the second on: the first says which stream this is.</summary>
    private async Task<IReadOnlyList<StreamEvent>> ReadAsync(string path)
    {
        var pages = await Task.WhenAll(Enumerable.Range(0, 12).Select(page => Api.Streams.ReadAsync(new(Project.Slug, path, AfterOffset: 1 + (page * 1_000), Limit: 1_000), InTime)));
        return [.. pages.SelectMany(page => page.Events)];
    }
}
