using Microsoft.Playwright;
using Shouldly;

namespace Iterate.Specs.Streams;

public sealed class OpenRowsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    protected override ViewportSize Screen => Viewport.Desktop;

    protected override bool NeedsOwnServer => true;

    [Spec]
    public async Task an_opened_row_is_open_after_a_journey_another_view_and_a_lost_line()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1_000);
        await Api.AppendNotesAsync(Project.Slug, "/notes", 500);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(1_500).ClickAsync();
        await Page.Locator("[data-offset='1500'][aria-expanded=true]").WaitForAsync();
        await Page.Keyboard.PressAsync("Home");
        await Page.EventStream("[data-first='1']").WaitForAsync();
        await Page.Keyboard.PressAsync("End");
        await Page.Locator("[data-offset='1500'][aria-expanded=true]").WaitForAsync();

        await Page.GetByTestId("view-feed").ClickAsync();
        await Page.GetByTestId("feed-group").First.WaitForAsync();
        await Page.GetByTestId("view-state").ClickAsync();
        await Page.GetByTestId("stream-state").WaitForAsync();
        await Page.GetByTestId("view-raw").ClickAsync();
        await Page.Locator("[data-offset='1500'][aria-expanded=true]").WaitForAsync();

        await Server.KillAsync();
        await Page.GetByTestId("feed-away").GetByText("Reconnecting...").WaitForAsync();
        await Server.RestartAsync();
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.EventRow(1_502).WaitForAsync();
        await Page.Locator("[data-offset='1500'][aria-expanded=true]").WaitForAsync();
    }

    [Spec]
    public async Task a_row_stays_open_at_its_offset_when_a_flood_passes_over_it()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 199);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(200).ClickAsync();
        await Page.EventStream("[data-following=true]").Locator("[data-offset='200'][aria-expanded=true]").WaitForAsync();
        await Api.AppendNotesAsync(Project.Slug, "/notes", 300);
        await Page.EventStream("[data-following=true][data-last='500']").WaitForAsync();
        var open = await Page.GetByTestId("event-row").EvaluateAllAsync<string[]>("rows => [...new Set(rows.map(row => row.ariaExpanded))]");
        open.ShouldBe(["false"]);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?at=198");
        await Page.Locator("[data-offset='200'][aria-expanded=true]").WaitForAsync();
        await Page.Locator("[data-offset='201'][aria-expanded=false]").WaitForAsync();
    }
}
