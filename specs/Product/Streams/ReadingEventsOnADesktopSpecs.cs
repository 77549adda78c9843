using Microsoft.Playwright;

namespace Iterate.Specs.Streams;

public sealed class ReadingEventsOnADesktopSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    protected override ViewportSize Screen => Viewport.Desktop;

    [Spec]
    public async Task a_clicked_row_opens_in_place_and_others_stay_open()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(2).ClickAsync();
        await Page.Locator("[data-offset='2'][aria-expanded=true]").WaitForAsync();
        await Page.GetByTestId("event-json").GetByText("\"Note 1\"").WaitForAsync();
        await Page.EventRow(4).ClickAsync();
        await Page.GetByTestId("event-json").GetByText("\"Note 3\"").WaitForAsync();
        await Page.Locator("[data-offset='2'][aria-expanded=true]").WaitForAsync();
        await CheckAccessibilityAsync();

        await Page.EventRow(2).ClickAsync();
        await Page.Locator("[data-offset='2'][aria-expanded=false]").WaitForAsync();
    }

    [Spec]
    public async Task rows_are_walked_and_opened_with_the_keyboard()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(4).WaitForAsync();
        await Page.GetByTestId("stream-events").PressAsync("k");
        await Page.Locator("[data-offset='4']:focus").PressAsync("k");
        await Page.Locator("[data-offset='3']:focus").PressAsync("Enter");
        await Page.GetByTestId("event-json").GetByText("\"Note 2\"").WaitForAsync();
        await Page.Locator("[data-offset='3']:focus").PressAsync("Escape");
        await Page.Locator("[data-offset='3'][aria-expanded=false]").WaitForAsync();
    }
}
