using Microsoft.Playwright;
using Shouldly;

namespace Iterate.Specs.Streams;

public sealed class FollowingSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    /// <summary>Script: <c>frames</c> since now, and how far at most the list has stood from its end in one, in pixels as they were painted.</summary>
    private const string WatchEnd = """
        () => {
          const list = document.querySelector("[data-testid=stream-events]");
          const laidOut = new MessageChannel();
          window.frames = 0;
          window.farthest = 0;
          laidOut.port1.onmessage = () => {
            window.frames++;
            window.farthest = Math.max(window.farthest, list.scrollHeight - list.clientHeight - list.scrollTop);
          };
          const frame = () => { laidOut.port2.postMessage(null); requestAnimationFrame(frame); };
          requestAnimationFrame(frame);
        }
        """;

    [Spec]
    public async Task away_from_the_tail_a_new_event_is_counted_and_the_rows_stay()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 199);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(200).HoverAsync();
        await Page.Mouse.WheelAsync(0, -800);
        await Page.EventStream("[data-following=false]").WaitForAsync();
        await Page.GetByTestId("jump-to-latest").GetByText("Latest").WaitForAsync();
        await Api.AppendAsync(Project.Slug, "/notes", "note/added", """{"text":"While you were reading"}""");
        await Page.GetByTestId("unread-count").GetByText("1 new").WaitForAsync();
        await Page.EventStream("[data-unread='1'][data-head='201'][data-following=false]").WaitForAsync();
        await CheckAccessibilityAsync();
    }

    [Spec]
    public async Task jump_to_latest_lands_at_the_end_and_follows_again()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 199);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(200).HoverAsync();
        await Page.Mouse.WheelAsync(0, -800);
        await Page.EventStream("[data-following=false]").WaitForAsync();
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GetByTestId("unread-count").GetByText("3 new").WaitForAsync();
        await Page.GetByTestId("jump-to-latest").ClickAsync();
        await Page.EventStream("[data-following=true][data-unread='0'][data-last='203']").WaitForAsync();
        (await Page.DistanceFromEndAsync()).ShouldBeLessThanOrEqualTo(2);
        await Api.AppendAsync(Project.Slug, "/notes", "note/added", """{"text":"And on it goes"}""");
        await Page.EventRow(204).GetByText("And on it goes").WaitForAsync();
        (await Page.DistanceFromEndAsync()).ShouldBeLessThanOrEqualTo(2);
    }

    [Spec]
    public async Task five_thousand_events_are_counted_while_away()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 199);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(200).HoverAsync();
        await Page.Mouse.WheelAsync(0, -800);
        await Page.EventStream("[data-following=false]").WaitForAsync();
        await Task.WhenAll(
            Api.AppendNotesAsync(Project.Slug, "/notes", 1_000),
            Api.AppendNotesAsync(Project.Slug, "/notes", 1_000),
            Api.AppendNotesAsync(Project.Slug, "/notes", 1_000),
            Api.AppendNotesAsync(Project.Slug, "/notes", 1_000),
            Api.AppendNotesAsync(Project.Slug, "/notes", 1_000));
        await Page.GetByTestId("unread-count").GetByText("5,000 new").WaitForAsync();
        await Page.GetByTestId("jump-to-latest").ClickAsync();
        await Page.EventStream("[data-following=true][data-last='5200']").WaitForAsync();
        (await Page.DistanceFromEndAsync()).ShouldBeLessThanOrEqualTo(2);
    }

    [Spec]
    public async Task a_flood_reads_on_above_the_screen_when_the_wheel_is_turned()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 199);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(200).WaitForAsync();
        await Api.AppendNotesAsync(Project.Slug, "/notes", 300);
        await Page.EventStream("[data-following=true][data-last='500']").WaitForAsync();
        (await Page.DistanceFromEndAsync()).ShouldBeLessThanOrEqualTo(2);
        var rows = Page.GetByTestId("event-row");
        var followed = await rows.EvaluateAllAsync<long[]>("rows => rows.map(row => Number(row.dataset.offset))");
        followed.ShouldBe(Enumerable.Range(0, followed.Length).Select(at => 501L - followed.Length + at));

        await Page.EventRow(500).HoverAsync();
        await Page.Mouse.WheelAsync(0, -200);
        await Page.Mouse.WheelAsync(0, -600);
        await Page.EventStream("[data-following=false]").WaitForAsync();
        await Page.EventRow(440).GetByText("Note 240", new() { Exact = true }).WaitForAsync();
        var read = await rows.EvaluateAllAsync<long[]>("rows => rows.map(row => Number(row.dataset.offset))");
        read.ShouldBe(Enumerable.Range(0, read.Length).Select(at => read[0] + at));
    }

    [Spec]
    public async Task the_follow_button_stops_and_resumes()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 199);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(200).WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Following", Pressed = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Follow", Pressed = false }).WaitForAsync();
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GetByTestId("unread-count").GetByText("1 new").WaitForAsync();
        await Page.GetByTestId("follow-toggle").ClickAsync();
        await Page.EventStream("[data-following=true][data-last='201']").WaitForAsync();
    }

    [Spec]
    public async Task a_thousand_events_a_second_are_followed_with_the_end_in_every_frame()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 199);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventStream("[data-following=true][data-last='200']").WaitForAsync();
        await Page.EvaluateAsync(WatchEnd);
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        foreach (var _ in Enumerable.Range(1, 400))
        {
            await beat.WaitForNextTickAsync(Xunit.TestContext.Current.CancellationToken);
            await Api.AppendNotesAsync(Project.Slug, "/notes", 50);
        }

        await Page.EventStream("[data-following=true][data-last='20200']").WaitForAsync();
        (await Page.EvaluateAsync<int>("() => window.frames")).ShouldBeGreaterThan(20);
        (await Page.EvaluateAsync<double>("() => window.farthest")).ShouldBeLessThanOrEqualTo(2);
    }
}
