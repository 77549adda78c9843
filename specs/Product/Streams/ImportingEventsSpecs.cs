using System.Text;
using Microsoft.Playwright;

namespace Iterate.Specs.Streams;

public sealed class ImportingEventsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task importing_a_file_shows_its_progress_and_count_and_opens_the_stream()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByLabel("Import events").ClickAsync();
        await Page.GetByLabel("Into").FillAsync("/git/commits");
        await Page.GetByTestId("import-file").SetInputFilesAsync(Repository.CommitsSample);
        await Page.GetByTestId("import-progress").GetByText("300 events committed").WaitForAsync();
        await Page.GetByRole(AriaRole.Progressbar, new() { Name = "Imported" }).And(Page.Locator("[aria-valuenow='100']")).WaitForAsync();
        await CheckAccessibilityAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Open stream" }).ClickAsync();
        await Page.GetByTestId("event-count").GetByText("301 events").WaitForAsync();
        await Page.EventStream("[data-following=true][data-last='301']").WaitForAsync();
    }

    [Spec]
    public async Task importing_a_file_again_says_that_its_events_were_already_there()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=import");
        await Page.GetByLabel("Into").FillAsync("/git/commits");
        await Page.GetByTestId("import-file").SetInputFilesAsync(Repository.CommitsSample);
        await Page.GetByTestId("import-progress").GetByText("300 events committed").WaitForAsync();
        await Page.ReloadAsync();
        await Page.GetByLabel("Into").FillAsync("/git/commits");
        await Page.GetByTestId("import-file").SetInputFilesAsync(Repository.CommitsSample);
        await Page.GetByTestId("import-progress").GetByText("0 events committed, 300 were already there").WaitForAsync();
    }

    [Spec]
    public async Task an_empty_file_is_refused()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=import");
        await Page.GetByLabel("Into").FillAsync("/git/commits");
        await Page.GetByTestId("import-file").SetInputFilesAsync(new FilePayload { Name = "empty.ndjson", MimeType = "application/x-ndjson", Buffer = [] });
        await Page.GetByRole(AriaRole.Alert).GetByText("The file is empty.").WaitForAsync();
    }

    [Spec]
    public async Task a_bad_line_is_named_with_its_reason_and_the_lines_before_it_are_kept()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=import");
        await Page.GetByLabel("Into").FillAsync("/git/commits");
        await Page.GetByTestId("import-file").SetInputFilesAsync(new FilePayload
        {
            Name = "bad.ndjson",
            MimeType = "application/x-ndjson",
            Buffer = Encoding.UTF8.GetBytes("""
                {"type":"line/first"}
                {"type":"line/second"}
                {"type":"line/third",}
                {"type":"line/fourth"}
                """),
        });
        await Page.GetByRole(AriaRole.Alert).GetByText("Line 3: is not valid JSON (column 22). The lines before it are in the stream.").WaitForAsync();
        await Page.GetByTestId("import-progress").GetByText("2 events committed").WaitForAsync();
        await CheckAccessibilityAsync();
    }
}
