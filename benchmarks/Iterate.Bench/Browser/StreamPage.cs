using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Iterate.Bench;

/// <summary>A stream on a phone, with a probe that looks at every frame.</summary>
internal sealed class StreamPage(IPage page, string project)
{
    private static readonly string Probe = ReadProbe();

    private ICDPSession? _devTools;

    private ILocator Rows => page.GetByTestId("stream-events");

    /// <summary>A page on a phone, slowed down as wanted.</summary>
    public static async Task<StreamPage> OpenAsync(IBrowserContext phone, BrowserScene scene, int cpu)
    {
        var page = await phone.NewPageAsync();
        await page.AddInitScriptAsync(Probe);
        if (cpu > 1)
        {
            var devTools = await phone.NewCDPSessionAsync(page);
            await devTools.SendAsync("Emulation.setCPUThrottlingRate", new Dictionary<string, object>(StringComparer.Ordinal) { ["rate"] = cpu });
        }

        return new(page, scene.Project);
    }

    /// <summary>Opens a stream; answers how long it took from the navigation to the newest row.</summary>
    public async Task<double> GoToAsync(string path)
    {
        await page.GotoAsync($"/proj/{project}/streams{path}", new() { WaitUntil = WaitUntilState.Commit });
        return await page.EvaluateAsync<double>("probe.since(0, probe.atTail)");
    }

    /// <summary>Begins to look anew.</summary>
    public Task ResetAsync() => page.EvaluateAsync("probe.reset()");

    /// <summary>What was seen since.</summary>
    public async Task<Sight> SeenAsync() =>
        JsonSerializer.Deserialize<Sight>(await page.EvaluateAsync<string>("JSON.stringify(probe.seen())"), JsonSerializerOptions.Web)!;

    /// <summary>Processor time that the main thread of the page has spent.</summary>
    public async Task<Work> WorkAsync()
    {
        if (_devTools is null)
        {
            _devTools = await page.Context.NewCDPSessionAsync(page);
            await _devTools.SendAsync("Performance.enable", new Dictionary<string, object>(StringComparer.Ordinal) { ["timeDomain"] = "threadTicks" });
        }

        var answer = await _devTools.SendAsync("Performance.getMetrics");
        var metrics = answer!.Value.GetProperty("metrics").EnumerateArray()
            .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble() * 1_000, StringComparer.Ordinal);
        return new(metrics["ScriptDuration"], metrics["RecalcStyleDuration"], metrics["LayoutDuration"], metrics["TaskDuration"]);
    }

    /// <summary>Presses End; answers how long it took to the newest row.</summary>
    public async Task<double> PressEndAsync()
    {
        await page.EvaluateAsync("probe.from('keydown', probe.atTail)");
        await Rows.PressAsync("End");
        return await page.EvaluateAsync<double>("probe.waited");
    }

    /// <summary>Taps the middle of the scrubber; answers how long it took until whole rows from there stood on the screen.</summary>
    public async Task<double> JumpToMiddleAsync(long events)
    {
        await page.EvaluateAsync(string.Create(CultureInfo.InvariantCulture, $"probe.from('pointerdown', probe.near({events / 2}, {events / 50}))"));
        await page.GetByTestId("scrubber").ClickAsync();
        return await page.EvaluateAsync<double>("probe.waited");
    }

    /// <summary>Turns the wheel up until the tail is left; answers how long that took from the first turn.</summary>
    public async Task<double> LeaveAsync()
    {
        await Rows.HoverAsync();
        await page.EvaluateAsync("probe.leaveByWheel()");
        for (var turn = 0; turn < 8; turn++)
        {
            await page.Mouse.WheelAsync(0, -120);
            await NextFrameAsync();
        }

        await page.Locator("event-stream[data-following=false]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await RestAsync();
        return await page.EvaluateAsync<double>("probe.left()");
    }

    /// <summary>Holds the first visible row to its place from now on.</summary>
    public Task HoldAsync() => page.EvaluateAsync("probe.hold()");

    /// <summary>Does not any more.</summary>
    public Task LetGoAsync() => page.EvaluateAsync("probe.letGo()");

    /// <summary>Flings the list up: 40 turns of the wheel, 1,200 px each; answers how many rows it passed.</summary>
    public async Task<double> FlingAsync()
    {
        await Rows.HoverAsync();
        await RestAsync();
        var from = await FirstRowAsync();
        await ResetAsync();
        for (var turn = 0; turn < 40; turn++)
        {
            await page.Mouse.WheelAsync(0, -1_200);
        }

        await RestAsync();
        return Math.Abs(await FirstRowAsync() - from);
    }

    /// <summary>Heap of the script after a collection, in MB.</summary>
    public async Task<double> HeapMBAsync()
    {
        var devTools = await page.Context.NewCDPSessionAsync(page);
        await devTools.SendAsync("HeapProfiler.collectGarbage");
        return await page.EvaluateAsync<double>("performance.memory.usedJSHeapSize / 1e6");
    }

    private Task<long> FirstRowAsync() => page.EvaluateAsync<long>("Number(new URL(location.href).searchParams.get('at'))");

    private async Task NextFrameAsync() => await page.EvaluateAsync("new Promise(resolve => requestAnimationFrame(() => resolve()))");

    /// <summary>Until the list has stood still for a while, so that its place is in the address too.</summary>
    private async Task RestAsync() => await page.EvaluateAsync("""
        new Promise(resolve => {
          const rows = document.querySelector('[data-testid=stream-events]');
          let top = rows.scrollTop, since = performance.now();
          (function look() {
            if (rows.scrollTop !== top) { top = rows.scrollTop; since = performance.now(); }
            if (performance.now() - since > 600) resolve(); else requestAnimationFrame(look);
          })();
        })
        """);

    private static string ReadProbe()
    {
        using var stream = typeof(StreamPage).Assembly.GetManifestResourceStream("probe.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>Processor time of a page's main thread, in milliseconds.</summary>
internal sealed record Work(double Script, double Style, double Layout, double Task)
{
    public static Work operator -(Work later, Work earlier) =>
        new(later.Script - earlier.Script, later.Style - earlier.Style, later.Layout - earlier.Layout, later.Task - earlier.Task);
}

/// <summary>What the probe saw; times in milliseconds, distances in pixels.</summary>
internal sealed record Sight
{
    public required IReadOnlyList<SeenFrame> Frames { get; init; }

    public required IReadOnlyList<double> Lags { get; init; }

    public required double LongTasks { get; init; }

    public required int MostRows { get; init; }

    public required double Drift { get; init; }

    public required double Thrown { get; init; }

    /// <summary>Share of the frames, in percent, to two decimals.</summary>
    public double Percent(Func<SeenFrame, bool> isSo) => Math.Round(100.0 * Frames.Count(isSo) / Math.Max(1, Frames.Count), 2);
}

/// <summary>One frame.</summary>
/// <param name="At">When it had been laid out, since the start of the navigation.</param>
/// <param name="Gap">Since the frame before.</param>
/// <param name="IsAtEnd">The list is at most 2 px from its end.</param>
/// <param name="IsBlank">There is a hole taller than a fifth of the view.</param>
internal sealed record SeenFrame(double At, double Gap, bool IsAtEnd, bool IsBlank);
