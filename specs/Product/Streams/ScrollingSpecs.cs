using Shouldly;

namespace Iterate.Specs.Streams;

public sealed class ScrollingSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task a_long_stream_opens_at_its_tail()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 999);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(1_000).GetByText("Note 999").WaitForAsync();
        await Page.GetByTestId("event-count").GetByText("1,000 events").WaitForAsync();
        await Page.EventStream("[data-following=true][data-head='1000'][data-last='1000']").WaitForAsync();
        (await Page.DistanceFromEndAsync()).ShouldBeLessThanOrEqualTo(2);
    }

    [Spec]
    public async Task home_shows_the_start_of_the_stream()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 999);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(1_000).WaitForAsync();
        await Page.GetByTestId("stream-events").PressAsync("Home");
        await Page.EventRow(1).GetByText("created").WaitForAsync();
        await Page.EventRow(2).GetByText("Note 1", new() { Exact = true }).WaitForAsync();
        await Page.GetByTestId("list-start").GetByText("Start of stream").WaitForAsync();
        await Page.EventStream("[data-following=false][data-first='1']").WaitForAsync();
        await Page.WaitForURLAsync("**/streams/notes?at=1");
    }

    [Spec]
    public async Task end_goes_back_to_the_tail()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 999);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?at=1");
        await Page.EventRow(1).GetByText("created").WaitForAsync();
        await Page.GetByTestId("stream-events").PressAsync("End");
        await Page.EventStream("[data-following=true][data-last='1000']").WaitForAsync();
        (await Page.DistanceFromEndAsync()).ShouldBeLessThanOrEqualTo(2);
    }

    [Spec]
    public async Task the_wheel_reaches_the_start_of_the_stream()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 399);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(400).WaitForAsync();
        await Page.GetByTestId("stream-events").HoverAsync();
        foreach (var _ in Enumerable.Range(1, 40))
        {
            await Page.Mouse.WheelAsync(0, -600);
            await Page.EventStream("[data-following=false]").WaitForAsync();
        }

        await Page.EventStream("[data-first='1']").WaitForAsync();
        await Page.WaitForURLAsync("**/streams/notes?at=1");
        await Page.EventRow(2).GetByText("Note 1", new() { Exact = true }).WaitForAsync();
    }

    [Spec]
    public async Task the_wheel_turns_the_list_also_over_the_jump_button()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 399);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(400).WaitForAsync();
        await Page.GetByTestId("stream-events").PressAsync("PageUp");
        await Page.GetByTestId("jump-to-latest").HoverAsync();
        await Page.Mouse.WheelAsync(0, 3_000);
        await Page.EventStream("[data-following=true]").WaitForAsync();
    }

    [Spec]
    public async Task an_address_with_a_place_in_it_opens_there()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 999);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?at=400");
        await Page.EventRow(400).HoverAsync();
        await Page.EventStream("[data-following=false][data-head='1000']").WaitForAsync();
        await Page.EventRow(400).GetByText("Note 399").WaitForAsync();
    }

    [Spec]
    public async Task a_page_that_does_not_load_is_asked_for_once_and_retry_fills_the_gap()
    {
        var asked = 0;
        await Api.AppendNotesAsync(Project.Slug, "/notes", 999);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(1_000).HoverAsync();
        await Page.RouteAsync("**/api/streams/read?*direction=backward*", route =>
        {
            asked++;
            return route.FulfillAsync(new() { Status = 503 });
        });
        foreach (var _ in Enumerable.Range(1, 12))
        {
            await Page.Mouse.WheelAsync(0, -900);
            await Page.EventStream("[data-following=false]").WaitForAsync();
        }

        await Page.EventStream("[data-first='801']").WaitForAsync();
        await Page.GetByTestId("list-retry").First.WaitForAsync();
        asked.ShouldBe(1);
        await CheckAccessibilityAsync();

        await Page.UnrouteAllAsync();
        await Page.GetByTestId("list-retry").First.ClickAsync();
        await Page.GetByTestId("stream-events").HoverAsync();
        await Page.Mouse.WheelAsync(0, -600);
        await Page.EventRow(800).GetByText("Note 799").WaitForAsync();
    }
}
