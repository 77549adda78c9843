using System.Globalization;
using Iterate.Domain.Api;
using Microsoft.Playwright;
using Shouldly;

namespace Iterate.Specs.Streams;

public sealed class FeedViewSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    /// <summary>
    /// Script: made-up streams of few types and some markers, cut into pages at made-up places and folded forward,
    /// backward and in one go; answers the first on which the three differ.
    /// </summary>
    private const string FoldInEveryOrder = """
        async module => {
          const { fold, join } = await import(module);
          let seed = 20261122;
          const random = below => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
          const types = ["a/x", "a/x", "a/y", "a/z", "stream/paused", "stream/resumed"];
          for (let round = 0; round < 500; round++) {
            const events = Array.from({ length: random(200) }, (_, i) => ({ offset: i + 1, type: types[random(types.length)], createdAt: `t${i}` }));
            const pages = [];
            for (let at = 0, size; at < events.length; at += size) pages.push(events.slice(at, at + (size = 1 + random(20))));
            const whole = JSON.stringify(fold(events));
            const forward = JSON.stringify(pages.reduce((groups, page) => join(groups, fold(page)), []));
            const backward = JSON.stringify(pages.reduceRight((groups, page) => join(fold(page), groups), []));
            if (forward !== whole || backward !== whole) return events.map(event => event.type).join();
            const counted = JSON.parse(whole).reduce((sum, group) => sum + group.count, 0);
            if (counted !== events.length) return `${counted} of ${events.length}`;
          }
          return "";
        }
        """;

    [Spec]
    public async Task the_feed_starts_at_the_tail_and_groups_equal_neighbours()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 14);
        await Api.AppendAsync(Project.Slug, "/notes", "note/removed", """{"text":"Only one"}""");
        await Api.AppendNotesAsync(Project.Slug, "/notes", 300);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?view=feed");
        await FeedRow("feed-group", 17).GetByText("×300").WaitForAsync();
        await FeedRow("feed-group", 17).GetByText("17–316").WaitForAsync();
        await FeedRow("event-row", 16).GetByText("Only one").WaitForAsync();
        await FeedRow("feed-group", 2).GetByText("×14").WaitForAsync();
        await FeedRow("feed-marker", 1).GetByText("created").WaitForAsync();
        await Page.EventStream("[data-following=true][data-first='1'][data-last='316']").WaitForAsync();
        (await Page.DistanceFromEndAsync()).ShouldBeLessThanOrEqualTo(2);
        await CheckAccessibilityAsync();
    }

    [Spec]
    public async Task a_group_goes_on_growing_and_a_marker_closes_it()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 2);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?view=feed");
        await FeedRow("feed-group", 2).GetByText("×2").WaitForAsync();
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await FeedRow("feed-group", 2).GetByText("×5").WaitForAsync();
        await Api.Streams.PauseAsync(new(Project.Slug, "/notes", "A look around"), Xunit.TestContext.Current.CancellationToken);
        await Api.Streams.ResumeAsync(new(Project.Slug, "/notes"), Xunit.TestContext.Current.CancellationToken);
        await FeedRow("feed-marker", 7).GetByText("paused").WaitForAsync();
        await FeedRow("feed-marker", 8).GetByText("resumed").WaitForAsync();
        await Api.AppendNotesAsync(Project.Slug, "/notes", 2);
        await FeedRow("feed-group", 9).GetByText("×2").WaitForAsync();
        await Page.EventStream("[data-following=true][data-last='10']").WaitForAsync();
    }

    [Spec]
    public async Task a_group_opens_to_its_events_64_at_a_time()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 150);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?view=feed");
        await FeedRow("feed-group", 2).ClickAsync();
        await Page.EventRow(65).GetByText("Note 64").WaitForAsync();
        (await Page.GetByTestId("event-row").CountAsync()).ShouldBe(64);
        await CheckAccessibilityAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Later" }).ClickAsync();
        await Page.EventRow(66).GetByText("Note 65").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Later" }).ClickAsync();
        await Page.EventRow(151).GetByText("Note 150").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Earlier" }).ClickAsync();
        await Page.EventRow(129).GetByText("Note 128").ClickAsync();
        await Page.GetByTestId("event-json").GetByText("\"Note 128\"").WaitForAsync();
    }

    [Spec]
    public async Task events_of_a_group_that_do_not_load_can_be_asked_for_again()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 150);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?view=feed");
        await Page.RouteAsync("**/api/streams/read?*", route => route.FulfillAsync(new() { Status = 503 }), new() { Times = 1 });
        await FeedRow("feed-group", 2).ClickAsync();
        await Page.GetByText("Events did not load.", new() { Exact = true }).WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Retry", Exact = true }).ClickAsync();
        await Page.EventRow(65).GetByText("Note 64").WaitForAsync();
        await Page.GetByText("2–65", new() { Exact = true }).WaitForAsync();
    }

    [Spec]
    public async Task a_group_that_is_longer_than_anybody_asked_to_read_waits_to_be_told()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Api.AppendNotesAsync(Project.Slug, "/notes", 1_000)));
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?view=feed");
        await Page.GetByTestId("list-continue").First.ClickAsync();
        await FeedRow("feed-group", 2).GetByText("×10,000", new() { Exact = true }).WaitForAsync();
        await FeedRow("feed-marker", 1).WaitForAsync();
    }

    [Spec]
    public async Task the_same_range_has_the_same_groups_however_it_came()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        var module = await Page.Locator("link[rel=modulepreload][href*='streams/groups.']").EvaluateAsync<string>("link => link.href");
        (await Page.EvaluateAsync<string>(FoldInEveryOrder, module)).ShouldBe("");
    }

    [Spec]
    public async Task scrolled_through_the_groups_are_those_of_the_whole_stream()
    {
        await Api.AppendAsync(Project.Slug, "/mixed", [.. Enumerable.Range(0, 1_000).Select(Mixed)]);
        await Api.AppendAsync(Project.Slug, "/mixed", [.. Enumerable.Range(1_000, 1_000).Select(Mixed)]);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/mixed?view=feed");
        await Page.EventStream("[data-following=true][data-last='2001']").WaitForAsync();
        await Page.Keyboard.PressAsync("Home");
        await FeedRow("feed-marker", 1).WaitForAsync();
        await FeedRow("feed-group", 2).GetByText("×3").WaitForAsync();
        await FeedRow("feed-group", 5).GetByText("×3").WaitForAsync();
        await Page.Keyboard.PressAsync("End");
        await FeedRow("feed-group", 1_997).GetByText("×3").WaitForAsync();
        await FeedRow("feed-group", 2_000).GetByText("×2").WaitForAsync();
        (await Page.Locator(".it-row").CountAsync()).ShouldBeLessThanOrEqualTo(320);
    }

    [Spec]
    public async Task the_view_switcher_keeps_path_and_filter()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?types=note/added");
        await Page.GetByTestId("view-feed").ClickAsync();
        await FeedRow("feed-group", 2).GetByText("×3").WaitForAsync();
        await Page.WaitForURLAsync("**/streams/notes?view=feed&types=note%2Fadded");
        await Page.GetByTestId("filter-count").GetByText("3 of 4").WaitForAsync();
        await Page.GetByTestId("view-state").ClickAsync();
        await Page.WaitForURLAsync("**/streams/notes?view=state&types=note%2Fadded");
        await Page.GetByTestId("stream-state").WaitForAsync();
        await Page.GetByTestId("view-raw").ClickAsync();
        await Page.WaitForURLAsync("**/streams/notes?types=note%2Fadded");
        await Page.EventRow(4).WaitForAsync();
        await Page.GetByTestId("filter-count").GetByText("3 of 4").WaitForAsync();
    }

    [Spec]
    public async Task the_root_stream_opens_in_every_view()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/@root");
        await Page.EventRow(1).GetByText("created").WaitForAsync();
        await Page.GetByTestId("view-feed").ClickAsync();
        await FeedRow("feed-marker", 1).GetByText("created").WaitForAsync();
        await Page.GetByTestId("view-state").ClickAsync();
        await Page.GetByTestId("state-gate").GetByText("Open").WaitForAsync();
    }

    private static EventInput Mixed(int number) =>
        new() { Type = string.Create(CultureInfo.InvariantCulture, $"mixed/type-{number / 3 % 5}"), Payload = JsonText.Parse("{}") };

    private ILocator FeedRow(string testId, long offset) =>
        Page.Locator(string.Create(CultureInfo.InvariantCulture, $"[data-testid={testId}][data-offset='{offset}']"));
}
