using Microsoft.Playwright;
using Shouldly;

namespace Iterate.Specs.Streams;

/// <summary>What is read stays where it is, whatever comes above and below it; every animation frame is looked at.</summary>
public sealed class HoldingStillSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    /// <summary>Script: every message of the feed comes up to 120 ms late, in order.</summary>
    private const string JitteryLine = """
        const Line = window.WebSocket;
        let seed = 7, turn = Promise.resolve();
        const wait = () => new Promise(go => setTimeout(go, (seed = seed * 48271 % 2147483647) % 120));
        window.WebSocket = class extends Line {
          set onmessage(handler) {
            super.onmessage = handler && (message => { turn = turn.then(wait).then(() => handler(message)); });
          }
        };
        """;

    /// <summary>Script: <c>drift</c> is how far a row has moved at most since now, in pixels.</summary>
    private const string WatchRow = """
        offset => {
          const top = () => document.querySelector(`[data-testid=event-row][data-offset='${offset}']`).getBoundingClientRect().top;
          const start = top();
          window.drift = 0;
          const look = () => { window.drift = Math.max(window.drift, Math.abs(top() - start)); requestAnimationFrame(look); };
          requestAnimationFrame(look);
        }
        """;

    /// <summary>Script: the most rows there have been, and how far the list has gone forward at most from one frame to the next.</summary>
    private const string WatchList = """
        () => {
          const list = document.querySelector("[data-testid=stream-events]");
          const place = () => {
            const edge = list.getBoundingClientRect().top;
            const row = [...list.querySelectorAll(".it-row")].find(row => row.getBoundingClientRect().bottom > edge);
            const { top, height } = row.getBoundingClientRect();
            return Number(row.dataset.offset) * height - (top - edge);
          };
          window.mostRows = 0;
          window.jump = 0;
          let before = place();
          const look = () => {
            const now = place();
            window.jump = Math.max(window.jump, now - before);
            window.mostRows = Math.max(window.mostRows, list.querySelectorAll(".it-row").length);
            before = now;
            requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }
        """;

    protected override ViewportSize Screen => Viewport.Desktop;

    [Spec]
    public async Task five_thousand_events_over_a_jittery_line_count_exactly_and_move_nothing()
    {
        await Page.AddInitScriptAsync(JitteryLine);
        await Api.AppendNotesAsync(Project.Slug, "/notes", 199);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(200).WaitForAsync();
        await Page.Keyboard.PressAsync("PageUp");
        await Page.EventStream("[data-following=false]").WaitForAsync();
        await Page.GetByTestId("jump-to-latest").WaitForAsync();
        await Page.EvaluateAsync(WatchRow, 180);
        foreach (var _ in Enumerable.Range(1, 5))
        {
            await Api.AppendNotesAsync(Project.Slug, "/notes", 1_000);
        }

        await Page.EventStream("[data-head='5200'][data-unread='5000']").WaitForAsync();
        await Page.GetByTestId("unread-count").GetByText("5,000 new").WaitForAsync();
        (await Page.EvaluateAsync<double>("() => window.drift")).ShouldBeLessThanOrEqualTo(1);
    }

    [Spec]
    public async Task scrolling_up_through_a_stream_is_steady_and_keeps_the_document_small()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 499);
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1_000);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(1_500).WaitForAsync();
        await Page.GetByTestId("stream-events").HoverAsync();
        await Page.EvaluateAsync(WatchList);
        foreach (var _ in Enumerable.Range(1, 100))
        {
            await Page.Mouse.WheelAsync(0, -600);
            await Page.EventStream("[data-following=false]").WaitForAsync();
        }

        await Page.EventStream("[data-first='1']").WaitForAsync();
        await Page.GetByTestId("list-start").WaitForAsync();
        await Page.WaitForURLAsync("**/streams/notes?at=1");
        (await Page.EvaluateAsync<double>("() => window.jump")).ShouldBeLessThanOrEqualTo(2);
        (await Page.EvaluateAsync<int>("() => window.mostRows")).ShouldBeLessThanOrEqualTo(320);
    }

    [Spec]
    public async Task opened_rows_that_arrive_late_above_move_nothing()
    {
        foreach (var _ in Enumerable.Range(1, 3))
        {
            await Api.AppendNotesAsync(Project.Slug, "/notes", 1_000);
        }

        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?at=1580");
        await Page.EventRow(1_585).ClickAsync();
        await Page.EventRow(1_588).ClickAsync();
        await Page.EventRow(1_590).ClickAsync();
        await Page.Keyboard.PressAsync("End");
        await Page.EventStream("[data-following=true][data-last='3001']").WaitForAsync();

        await Page.RouteAsync("**/api/streams/read?*direction=backward*", async route =>
        {
            await Page.EvaluateAsync("() => new Promise(go => setTimeout(go, 800))");
            await route.ContinueAsync();
        });
        await Page.EvaluateAsync("() => { history.pushState(history.state, '', location.pathname + '?at=1600'); dispatchEvent(new PopStateEvent('popstate')); }");
        await Page.EventRow(1_600).WaitForAsync();
        await Page.EventStream("[data-first='1600']").WaitForAsync();
        await Page.EvaluateAsync(WatchRow, 1_600);
        await Page.Locator("[data-offset='1590'][aria-expanded=true]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        (await Page.EvaluateAsync<double>("() => window.drift")).ShouldBeLessThanOrEqualTo(1);
    }

    [Spec]
    public async Task a_copied_address_opens_the_same_view_in_another_browser()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 499);
        await Api.AppendAsync(Project.Slug, "/notes", "note/removed", "{}");
        await Api.AppendNotesAsync(Project.Slug, "/notes", 499);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes?types=note/added");
        await Page.EventRow(1_000).WaitForAsync();
        await Page.GetByTestId("filter-text-open").ClickAsync();
        await Page.GetByTestId("filter-from").FillAsync("100");
        await Page.GetByTestId("filter-from").PressAsync("Enter");
        await Page.WaitForURLAsync("**/streams/notes?*from=100*");
        await Page.GetByTestId("stream-events").PressAsync("Home");
        await Page.EventRow(100).ClickAsync();
        await Page.WaitForURLAsync("**/streams/notes?*at=100*");

        await using var other = await Page.Context.Browser!.NewContextAsync(new() { StorageState = await Page.Context.StorageStateAsync(), ViewportSize = Viewport.Phone });
        var page = await other.NewPageAsync();
        await page.GotoAsync($"{Page.Url}&open=101");
        await page.EventRow(100).WaitForAsync();
        await page.EventStream("[data-first='100'][data-following=false]").WaitForAsync();
        await page.GetByTestId("filter-bar").GetByText("note/added").WaitForAsync();
        await page.GetByTestId("filter-text-open").GetByText("from 100").WaitForAsync();
        await page.GetByTestId("event-json").GetByText("\"Note 100\"").WaitForAsync();
    }
}
