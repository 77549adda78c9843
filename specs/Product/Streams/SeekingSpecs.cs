using Microsoft.Playwright;
using Shouldly;

namespace Iterate.Specs.Streams;

public sealed class SeekingSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    /// <summary>Script: animation frames wait while <c>holdFrames</c> is in force; <c>heard</c> is the newest head that came over the line.</summary>
    private const string FramesThatWait = """
        const frame = window.requestAnimationFrame.bind(window);
        let held = null;
        window.holdFrames = () => { held = []; };
        window.releaseFrames = () => { held.forEach(frame); held = null; };
        window.requestAnimationFrame = callback => held ? held.push(callback) : frame(callback);
        const Line = window.WebSocket;
        window.WebSocket = class extends Line {
          constructor(...parameters) {
            super(...parameters);
            this.addEventListener("message", message => {
              for (const [, head] of String(message.data).matchAll(/"headOffset":(\d+)/g)) window.heard = Number(head);
            });
          }
        };
        """;

    [Spec]
    public async Task the_scrubber_tells_offset_and_time_while_it_is_dragged()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 999);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(1_000).WaitForAsync();
        await Page.Locator(".it-scrubber-mark").Nth(7).WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var track = await Page.GetByTestId("scrubber").BoundingBoxAsync();
        await Page.GetByTestId("scrubber-thumb").HoverAsync();
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(track!.X + 10, track.Y + (track.Height / 2), new() { Steps = 5 });
        await Page.EventRow(500).WaitForAsync();
        (await Page.GetByTestId("scrubber-thumb").InnerTextAsync()).ShouldMatch("^Today [0-9]+:[0-9]{2} · [0-9]+$");
        await CaptureAsync("stream-scrubbing");
        await Page.Mouse.UpAsync();
        await Page.EventStream("[data-following=false]").WaitForAsync();
        await Page.EventRow(500).GetByText("Note 499").WaitForAsync();
    }

    [Spec]
    public async Task the_scrubber_at_the_bottom_is_the_tail()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 999);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?at=300");
        await Page.EventRow(300).WaitForAsync();
        await Page.GetByTestId("scrubber").PressAsync("End");
        await Page.EventStream("[data-following=true][data-last='1000']").WaitForAsync();
    }

    [Spec]
    public async Task more_than_a_window_at_once_is_passed_over_and_can_be_shown()
    {
        await Page.AddInitScriptAsync(FramesThatWait);
        await Api.AppendNotesAsync(Project.Slug, "/notes", 199);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventStream("[data-last='200']").WaitForAsync();
        await Page.EvaluateAsync("() => holdFrames()");
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1_000);
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1_000);
        await Page.WaitForFunctionAsync("() => window.heard === 2200", null, new() { PollingInterval = 20 });
        await Page.EvaluateAsync("() => releaseFrames()");
        await Page.EventStream("[data-following=true][data-last='2200']").WaitForAsync();
        var first = long.Parse((await Page.Locator("event-stream").GetAttributeAsync("data-first"))!, System.Globalization.CultureInfo.InvariantCulture);
        await Page.GetByTestId("list-skipped").GetByText($"{first - 201:N0} skipped · show").ClickAsync();
        await Page.EventRow(201).GetByText("Note 1", new() { Exact = true }).WaitForAsync();
        await Page.EventStream("[data-following=false]").WaitForAsync();
    }

    [Spec]
    public async Task a_stream_of_a_hundred_thousand_events_opens_at_once_and_every_place_is_near()
    {
        await Api.Streams.CreateAsync(new(Project.Slug, "/many"), Xunit.TestContext.Current.CancellationToken);
        await Api.Streams.GenerateAsync(new(Project.Slug, "/many", 99_999, 1_000, 0), Xunit.TestContext.Current.CancellationToken);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/many");
        await Page.EventStream("[data-following=true][data-last='100000']").WaitForAsync();
        await Page.GetByTestId("stream-events").PressAsync("Home");
        await Page.EventRow(1).GetByText("created").WaitForAsync();
        await Page.GetByTestId("scrubber").HoverAsync();
        await Page.Mouse.DownAsync();
        await Page.EventRow(50_000).WaitForAsync();
        await Page.Mouse.UpAsync();
        await Page.GetByTestId("stream-events").PressAsync("End");
        await Page.EventStream("[data-following=true][data-last='100000']").WaitForAsync();
        (await Page.DistanceFromEndAsync()).ShouldBeLessThanOrEqualTo(2);
    }
}
