using Microsoft.Playwright;

namespace Iterate.Specs.Streams;

/// <summary>Made-up events (S-PW4).</summary>
public sealed class GeneratingEventsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task the_generator_adds_eighty_events_of_five_types()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("event-count").GetByText("2 events").WaitForAsync();
        await Page.GetByTestId("more-open").ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Generate events" }).ClickAsync();
        await Page.GetByTestId("generator-count").FillAsync("80");
        await CheckAccessibilityAsync();
        await Page.GetByTestId("generator-run").ClickAsync();
        await Page.GetByTestId("generator-progress").GetByText("80 of 80 events, done").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Page.GetByTestId("event-count").GetByText("82 events").WaitForAsync();
        await Page.EventStream("[data-following=true][data-last='82']").WaitForAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?panel=types");
        await Page.Locator("[data-testid=filter-type][data-type='demo/message-sent']").GetByText("16").WaitForAsync();
        await Page.Locator("[data-testid=filter-type][data-type='demo/note-taken']").GetByText("16").WaitForAsync();
        await Page.Locator("[data-testid=filter-type][data-type='demo/value-measured']").GetByText("16").WaitForAsync();
    }

    [Spec]
    public async Task a_run_shows_its_progress_and_can_be_cancelled()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?panel=generator");
        await Page.GetByTestId("generator-count").FillAsync("600");
        await Page.GetByLabel("Seconds").FillAsync("60");
        await Page.GetByTestId("generator-run").ClickAsync();
        await Page.GetByTestId("generator-progress").GetByText("10 of 600 events").WaitForAsync();
        await Page.GetByTestId("generator-cancel").ClickAsync();
        await Page.GetByRole(AriaRole.Alert).GetByText("Cancelled.").WaitForAsync();
        await Page.GetByTestId("generator-progress").GetByText("of 600 events, stopped").WaitForAsync();
    }

    [Spec]
    public async Task a_run_beyond_the_limit_is_refused_with_the_reason()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?panel=generator");
        await Page.GetByTestId("generator-count").FillAsync("100001");
        await Page.GetByTestId("generator-run").ClickAsync();
        await Page.GetByRole(AriaRole.Alert).GetByText("count").WaitForAsync();
    }
}
