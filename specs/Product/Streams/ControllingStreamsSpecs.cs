using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Iterate.Specs.Streams;

/// <summary>The gate, the breaker and the state of a stream (S-PW2 and S-PW25).</summary>
public sealed class ControllingStreamsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task the_breaker_pauses_a_stream_that_is_overdrawn_and_resume_opens_it()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?view=state");
        await Page.GetByTestId("breaker-open").ClickAsync();
        await Page.GetByTestId("breaker-burst").FillAsync("1");
        await Page.GetByTestId("breaker-refill").FillAsync("1");
        await CheckAccessibilityAsync();
        await Page.GetByTestId("breaker-apply").ClickAsync();
        await Page.GetByTestId("breaker-tokens").GetByText("1 of 1").WaitForAsync();

        await Page.GetByRole(AriaRole.Link, new() { Name = "Raw" }).ClickAsync();
        await AppendInComposerAsync("note/first");
        await AppendInComposerAsync("note/second");
        await Page.GetByTestId("pause-reason").GetByText("circuit breaker").WaitForAsync();
        await Page.Locator("[data-testid=composer-textarea]:disabled").WaitForAsync();
        await CheckAccessibilityAsync();

        await Page.GetByTestId("resume-button").ClickAsync();
        await Page.Locator("[data-testid=composer-textarea]:enabled").WaitForAsync();
        await AppendInComposerAsync("note/third");
        await Page.EventStream("[data-following=true]").GetByText("third").WaitForAsync();
    }

    [Spec]
    public async Task the_state_view_follows_what_happens()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByRole(AriaRole.Link, new() { Name = "State" }).ClickAsync();
        await Page.GetByTestId("state-head").GetByText("4", new() { Exact = true }).WaitForAsync();
        await Page.GetByTestId("state-gate").GetByText("Open").WaitForAsync();
        await CheckAccessibilityAsync();

        await Api.AppendNotesAsync(Project.Slug, "/notes", 2);
        await Page.GetByTestId("state-head").GetByText("6", new() { Exact = true }).WaitForAsync();

        await Page.GetByTestId("pause-button").ClickAsync();
        await Page.GetByTestId("state-gate").GetByText("Paused at 7").WaitForAsync();
        await Page.GetByTestId("resume-button").ClickAsync();
        await Page.GetByTestId("state-gate").GetByText("Open").WaitForAsync();
    }

    [Spec]
    public async Task the_state_after_an_event_of_the_past_has_an_address()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?view=state");
        await Page.GetByTestId("state-at").FillAsync("2");
        await Page.GetByTestId("state-at-show").ClickAsync();
        await Page.GetByText("As it was after event 2").WaitForAsync();
        await Page.GetByTestId("state-head").GetByText("2", new() { Exact = true }).WaitForAsync();
        Page.Url.ShouldContain("at=2");

        await Page.GetByRole(AriaRole.Link, new() { Name = "Show now" }).ClickAsync();
        await Page.GetByTestId("state-head").GetByText("4", new() { Exact = true }).WaitForAsync();
    }

    [Spec]
    public async Task the_breaker_remembers_its_trips()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Api.Streams.ConfigureBreakerAsync(new(Project.Slug, "/notes", 1, 1), TestContext.Current.CancellationToken);
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?view=state&panel=breaker");
        await Page.GetByTestId("breaker-resume").WaitForAsync();
        await Page.GetByTestId("breaker-trips").GetByText("Event 7").WaitForAsync();
        await CheckAccessibilityAsync();
        await Page.GetByTestId("breaker-resume").ClickAsync();
        await Page.GetByTestId("breaker-apply").WaitForAsync();
        await Page.GetByTestId("breaker-trips").GetByText("Event 7").ClickAsync();
        await Page.GetByTestId("event-sheet").GetByText("stream/breaker-tripped").First.WaitForAsync();
    }

    [Spec]
    public async Task a_trip_is_told_to_whoever_looks_at_the_stream()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Api.Streams.ConfigureBreakerAsync(new(Project.Slug, "/notes", 1, 1), TestContext.Current.CancellationToken);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("viewers").GetByText("1 viewing").WaitForAsync();
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GetByTestId("stream-status").GetByText("paused: circuit breaker tripped").WaitForAsync();
        await Page.GetByText("The circuit breaker paused /notes.").WaitForAsync();
        await CheckAccessibilityAsync();
    }

    [Spec]
    public async Task a_state_beyond_the_newest_event_is_refused_and_leads_back_to_now()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?view=state&at=99");
        await Page.GetByText("The state did not load").WaitForAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Show now" }).ClickAsync();
        await Page.GetByTestId("state-head").GetByText("4", new() { Exact = true }).WaitForAsync();
    }

    private async Task AppendInComposerAsync(string type)
    {
        await Page.GetByTestId("composer-textarea").FillAsync($$"""{ "type": "{{type}}" }""");
        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.Locator("[data-testid=composer-textarea]:placeholder-shown").WaitForAsync();
    }
}
