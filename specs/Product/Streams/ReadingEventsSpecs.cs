using Microsoft.Playwright;
using Shouldly;

namespace Iterate.Specs.Streams;

public sealed class ReadingEventsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task a_tapped_row_opens_in_a_sheet_with_its_json()
    {
        await Api.AppendAsync(Project.Slug, "/notes", "note/added", """{"text":"Buy milk","tags":["home",7,true,null]}""");
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(2).ClickAsync();
        await Page.Locator("[data-testid=event-sheet][data-offset='2']").WaitForAsync();
        await Page.GetByTestId("event-sheet").GetByRole(AriaRole.Heading, new() { Name = "note/added" }).WaitForAsync();
        await Page.GetByTestId("event-json").GetByText("\"Buy milk\"").WaitForAsync();
        await Page.GetByTestId("event-json").GetByText("\"home\"").WaitForAsync();
        await Page.WaitForURLAsync("**/streams/notes?open=2");
        await CheckAccessibilityAsync();
    }

    [Spec]
    public async Task previous_and_next_walk_through_the_events()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(3).ClickAsync();
        await Page.GetByTestId("event-json").GetByText("\"Note 2\"").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Next event" }).ClickAsync();
        await Page.GetByTestId("event-json").GetByText("\"Note 3\"").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Previous event" }).ClickAsync();
        await Page.GetByTestId("event-json").GetByText("\"Note 2\"").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Previous event" }).ClickAsync();
        await Page.GetByTestId("event-json").GetByText("\"Note 1\"").WaitForAsync();
        await Page.WaitForURLAsync("**/streams/notes?open=2");
    }

    [Spec]
    public async Task back_closes_the_sheet_and_the_list_is_where_it_was()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 100);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(101).ClickAsync();
        await Page.GetByTestId("event-json").GetByText("\"Note 100\"").WaitForAsync();
        await Page.GoBackAsync();
        await Page.WaitForURLAsync("**/streams/notes");
        await Page.EventStream("[data-following=true]").WaitForAsync();
        (await Page.DistanceFromEndAsync()).ShouldBeLessThanOrEqualTo(2);
        await Page.EventRow(100).ClickAsync();
        await Page.GetByTestId("event-json").GetByText("\"Note 99\"").WaitForAsync();
    }

    [Spec]
    public async Task escape_closes_the_sheet_and_returns_focus_to_the_list()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 2);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(3).ClickAsync();
        await Page.Locator("[data-testid=event-sheet]:focus").PressAsync("Escape");
        await Page.WaitForURLAsync("**/streams/notes");
        await Page.Locator("event-stream :focus").WaitForAsync();
        await Page.EventRow(2).ClickAsync();
        await Page.GetByTestId("event-json").GetByText("\"Note 1\"").WaitForAsync();
    }

    [Spec]
    public async Task an_address_with_an_event_in_it_opens_that_event()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 5);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?open=4");
        await Page.GetByTestId("event-json").GetByText("\"Note 3\"").WaitForAsync();
    }

    [Spec]
    public async Task an_event_becomes_a_template_for_the_next_one()
    {
        await Api.AppendAsync(Project.Slug, "/notes", "note/added", """{"text":"Again"}""");
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(2).ClickAsync();
        await Page.GetByText("Use as template").ClickAsync();
        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.EventRow(3).GetByText("Again").WaitForAsync();
    }
}
