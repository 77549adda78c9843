using System.Text.RegularExpressions;
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

    [Spec]
    public async Task text_and_offsets_narrow_what_is_seen_and_new_matches_arrive()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 200);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(201).WaitForAsync();
        await Page.GetByTestId("filter-text-open").ClickAsync();
        await Page.GetByTestId("filter-text").FillAsync("NOTE 19");
        await CheckAccessibilityAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Page.WaitForURLAsync("**/streams/notes?q=NOTE%2019");
        await Page.GetByTestId("filter-count").GetByText("11 of 201").WaitForAsync();
        await Page.EventStream("[data-first='20'][data-last='200'][data-following=true]").WaitForAsync();

        await Api.AppendAsync(Project.Slug, "/notes", "note/added", """{"text":"Something else"}""");
        await Api.AppendAsync(Project.Slug, "/notes", "note/added", """{"text":"A note 19 again"}""");
        await Page.EventRow(203).GetByText("A note 19 again").WaitForAsync();
        await Page.GetByTestId("filter-count").GetByText("12 of 203").WaitForAsync();
    }

    [Spec]
    public async Task a_range_of_offsets_has_its_own_start_and_end()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 999);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?panel=text");
        await Page.GetByTestId("filter-from").FillAsync("400");
        await Page.GetByTestId("filter-to").FillAsync("300");
        await Page.GetByTestId("filter-to").PressAsync("Enter");
        await Page.GetByText("The last offset comes after the first").WaitForAsync();
        await Page.GetByTestId("filter-to").FillAsync("449");
        await Page.GetByTestId("filter-to").PressAsync("Enter");
        await Page.WaitForURLAsync("**/streams/notes?from=400&to=449");
        await Page.GetByText("End of the range").WaitForAsync();
        await Page.GetByTestId("filter-count").GetByText("50 of 1,000").WaitForAsync();
        await Page.EventStream("[data-last='449']").WaitForAsync();
        await Page.Keyboard.PressAsync("Home");
        await Page.EventStream("[data-first='400']").WaitForAsync();
        await Page.GetByText("Start of the range").WaitForAsync();
    }

    [Spec]
    public async Task a_range_and_a_type_are_counted_by_looking()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 99);
        await Api.AppendAsync(Project.Slug, "/notes", "note/removed", "{}");
        await Api.AppendNotesAsync(Project.Slug, "/notes", 99);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?types=note/added&from=91&to=110");
        await Page.GetByTestId("filter-count").GetByText("19 of 200").WaitForAsync();
        await Page.EventStream("[data-first='91'][data-last='110']").WaitForAsync();
    }

    [Spec]
    public async Task a_search_through_a_long_stream_tells_how_far_it_is_and_can_be_stopped()
    {
        await AppendManyAsync(60);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(60_001).WaitForAsync();
        await Page.RouteAsync("**/api/streams/read**", async route => { await Page.EvaluateAsync("() => window.mayRead"); await route.ContinueAsync(); });
        await Page.EvaluateAsync("() => { window.mayRead = new Promise(go => window.goOn = go); }");
        await Page.GetByTestId("filter-text-open").ClickAsync();
        await Page.GetByTestId("filter-text").FillAsync("nobody wrote this");
        await Page.GetByTestId("filter-text").PressAsync("Enter");
        await Page.GetByTestId("filter-progress").GetByText("0 found · searched to 0 of 60,001").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Page.EvaluateAsync("() => window.goOn()");
        await Page.GetByTestId("filter-progress").GetByText(new Regex("^0 found · searched to [1-9][0-9,]* of 60,001$", RegexOptions.None, TimeSpan.FromSeconds(1))).WaitForAsync();
        await CheckAccessibilityAsync();
        await Page.GetByTestId("filter-progress").GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Page.GetByTestId("filter-count").GetByText("0 of 60,001").WaitForAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = "No event matches the filter" }).WaitForAsync();
        await Page.GetByTestId("stream-events").GetByText("Clear filter").ClickAsync();
        await Page.WaitForURLAsync("**/streams/notes");
        await Page.EventStream("[data-following=true][data-last='60001']").WaitForAsync();
    }

    [Spec]
    public async Task clearing_the_filter_brings_back_the_place_from_before()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 999);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?at=400");
        await Page.EventRow(400).GetByText("Note 399").WaitForAsync();
        await Page.GetByTestId("filter-text-open").ClickAsync();
        await Page.GetByTestId("filter-text").FillAsync("Note 9");
        await Page.GetByTestId("filter-text").PressAsync("Enter");
        await Page.EventRow(901).GetByText("Note 900").WaitForAsync();
        await Page.GetByTestId("stream-events").PressAsync("End");
        await Page.EventStream("[data-following=true][data-last='1000']").WaitForAsync();
        await Page.GetByLabel("Clear filter").ClickAsync();
        await Page.EventRow(400).GetByText("Note 399").HoverAsync();
        await Page.EventStream("[data-following=false]").WaitForAsync();
        await Page.WaitForURLAsync("**/streams/notes?at=400");
    }

    [Spec]
    public async Task another_filter_keeps_the_place_in_the_stream()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 999);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?at=400");
        await Page.EventRow(400).GetByText("Note 399").WaitForAsync();
        await Page.GetByTestId("filter-text-open").ClickAsync();
        await Page.GetByTestId("filter-text").FillAsync("Note");
        await Page.GetByTestId("filter-text").PressAsync("Enter");
        await Page.WaitForURLAsync("**/streams/notes?*q=Note*");
        await Page.EventStream("[data-following=false][data-head='1000']").WaitForAsync();
        await Page.EventRow(400).HoverAsync();
    }

    private async Task AppendManyAsync(int thousands)
    {
        foreach (var _ in Enumerable.Range(1, thousands / 4))
        {
            await Task.WhenAll(Enumerable.Range(1, 4).Select(_ => Api.AppendNotesAsync(Project.Slug, "/notes", 1_000)));
        }
    }
}
