using Microsoft.Playwright;
using Shouldly;

namespace Iterate.Specs.Streams;

public sealed class CopyingEventsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task selected_rows_are_copied_with_and_without_time_and_selecting_leaves_the_tail()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Api.AppendNotesAsync(Project.Slug, "/notes", 199);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await SelectRowsAsync(197, 199);
        await Page.EventStream("[data-following=false]").WaitForAsync();
        await Page.Keyboard.PressAsync("Control+c");
        var lines = await ReadClipboardAsync();
        lines.Length.ShouldBe(3);
        lines[0].ShouldMatch("^197\t20[0-9]{2}-[0-9T:.-]+Z\tnote/added\tNote 196$");
        lines[2].ShouldStartWith("199\t");

        await Page.GetByTestId("display-open").ClickAsync();
        await Page.GetByLabel("Select offset and time too").ClickAsync();
        await Page.Keyboard.PressAsync("Escape");
        await SelectRowsAsync(197, 199);
        await Page.Keyboard.PressAsync("Control+c");
        (await ReadClipboardAsync()).ShouldBe(["note/added\tNote 196", "note/added\tNote 197", "note/added\tNote 198"]);
    }

    [Spec]
    public async Task what_is_on_the_screen_is_copied_as_ndjson()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(4).WaitForAsync();
        await Page.Locator(".it-toasts[data-hydrated=true]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await Page.GetByTestId("display-open").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Copy visible" }).ClickAsync();
        await Page.GetByRole(AriaRole.Status).GetByText("Copied 4 rows").WaitForAsync();
        var lines = await ReadClipboardAsync();
        lines.Length.ShouldBe(4);
        lines[3].ShouldStartWith("""{"offset":4,"type":"note/added","payload":{"text":"Note 3"}""");
    }

    [Spec]
    public async Task times_are_shown_as_the_reader_wants_them_and_stay_so()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(4).GetByText("+0 ms").WaitForAsync();
        await Page.GetByTestId("display-open").ClickAsync();
        await CheckAccessibilityAsync();
        await CaptureAsync("stream-display");
        await Page.GetByLabel("How long ago").ClickAsync();
        await Page.EventRow(4).GetByText("s ago").WaitForAsync();
        await Page.GetByLabel("Local time").ClickAsync();
        await Page.ReloadAsync();
        await Page.EventRow(4).WaitForAsync();
        (await Page.EventRow(4).Locator(".it-row-delta").InnerTextAsync()).ShouldMatch("^[0-9]+:[0-9]{2}:[0-9]{2}$");
    }

    private async Task SelectRowsAsync(long first, long last)
    {
        var from = await Page.EventRow(first).Locator(".it-row-preview").BoundingBoxAsync();
        var to = await Page.EventRow(last).Locator(".it-row-preview").BoundingBoxAsync();
        await Page.Mouse.MoveAsync(from!.X + 4, from.Y + 6);
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(to!.X + 40, to.Y + 6, new() { Steps = 5 });
        await Page.Mouse.UpAsync();
    }

    private async Task<string[]> ReadClipboardAsync() =>
        (await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
