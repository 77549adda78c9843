using Microsoft.Playwright;

namespace Iterate.Specs.Streams;

public sealed class FilteringEventsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task a_type_filter_counts_exactly_and_goes_on_counting()
    {
        await Api.AppendAsync(Project.Slug, "/agents/triage", "agent/input-added", """{"text":"First"}""");
        await Api.AppendAsync(Project.Slug, "/agents/triage", "agent/step-finished", "{}");
        await Api.AppendAsync(Project.Slug, "/agents/triage", "agent/input-added", """{"text":"Second"}""");
        await Api.AppendAsync(Project.Slug, "/agents/triage", "agent/step-finished", "{}");
        await Api.AppendAsync(Project.Slug, "/agents/triage", "agent/step-finished", "{}");
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage");
        await Page.GetByTestId("event-count").GetByText("6 events").WaitForAsync();
        await Page.GetByTestId("filter-bar").ClickAsync();
        await Page.Locator("[data-testid=filter-type][data-type='agent/step-finished']").GetByText("3", new() { Exact = true }).WaitForAsync();
        await CheckAccessibilityAsync();
        await Page.Locator("[data-testid=filter-type][data-type='agent/input-added']").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show 1 type" }).ClickAsync();
        await Page.GetByTestId("filter-count").GetByText("2 of 6").WaitForAsync();
        await Page.EventStream("[data-first='2'][data-last='4']").WaitForAsync();

        await Api.AppendAsync(Project.Slug, "/agents/triage", "agent/input-added", """{"text":"Third"}""");
        await Api.AppendAsync(Project.Slug, "/agents/triage", "agent/input-added", """{"text":"Fourth"}""");
        await Page.EventRow(8).GetByText("Fourth").WaitForAsync();
        await Page.GetByTestId("filter-count").GetByText("4 of 8").WaitForAsync();
    }

    [Spec]
    public async Task clearing_the_filter_shows_everything_again()
    {
        await Api.AppendAsync(Project.Slug, "/agents/triage", "agent/input-added", """{"text":"First"}""");
        await Api.AppendAsync(Project.Slug, "/agents/triage", "agent/step-finished", "{}");
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage?types=agent/step-finished");
        await Page.GetByTestId("filter-count").GetByText("1 of 3").WaitForAsync();
        await Page.GetByLabel("Clear filter").ClickAsync();
        await Page.EventRow(2).GetByText("First").WaitForAsync();
        await Page.GetByTestId("event-count").GetByText("3 events").WaitForAsync();
    }

    [Spec]
    public async Task a_filter_that_matches_nothing_says_so()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 2);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?types=nobody/ever");
        await Page.GetByText("No event matches the filter").WaitForAsync();
        await Page.GetByTestId("filter-count").GetByText("0 of 3").WaitForAsync();
    }

    [Spec]
    public async Task the_sheet_of_an_event_stays_among_the_types_that_are_shown()
    {
        await Api.AppendAsync(Project.Slug, "/agents/triage", "agent/input-added", """{"text":"First"}""");
        await Api.AppendAsync(Project.Slug, "/agents/triage", "agent/step-finished", "{}");
        await Api.AppendAsync(Project.Slug, "/agents/triage", "agent/input-added", """{"text":"Second"}""");
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/agents/triage?types=agent/input-added");
        await Page.EventRow(2).ClickAsync();
        await Page.GetByTestId("event-json").GetByText("\"First\"").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Next event" }).ClickAsync();
        await Page.GetByTestId("event-json").GetByText("\"Second\"").WaitForAsync();
    }
}
