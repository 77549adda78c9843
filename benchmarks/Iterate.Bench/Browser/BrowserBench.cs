using System.Diagnostics;
using Iterate.Domain.Api;

namespace Iterate.Bench;

/// <summary>A person reads a long stream on a phone while it is written (requirements S-204 to S-206 and S-214).</summary>
internal static class BrowserBench
{
    private const int Rounds = 7;
    private const int Pages = 5;
    private const int EventsOfCall = 10;
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(3);

    public static async Task<BenchReport> MeasureAsync(BrowserLoad load, string connectionString, CancellationToken cancellationToken)
    {
        await using var scene = await BrowserScene.SetAsync(load, connectionString, cancellationToken);
        await using var phone = await scene.PhoneAsync();
        var page = await StreamPage.OpenAsync(phone, scene, load.Cpu);
        var (ofLong, ofShort) = await TimesToTailAsync(page);

        // Watched, left, read and joined again while it is written.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAsync(scene, load.Rate, stop.Token);
        await page.GoToAsync(BrowserScene.Long);
        await page.ResetAsync();
        var before = await page.WorkAsync();
        await Task.Delay(load.Length, cancellationToken);
        var work = await page.WorkAsync() - before;
        var followed = await page.SeenAsync();
        var (leave, again, read) = await LeaveAndJoinAsync(page, cancellationToken);
        await stop.CancelAsync();
        var written = await writing;

        var middle = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            middle.Add(await page.JumpToMiddleAsync(load.Events + written));
            again.Add(await page.PressEndAsync());
        }

        await page.JumpToMiddleAsync(load.Events + written);
        var flung = await page.FlingAsync();
        var fling = await page.SeenAsync();
        return new BrowserReport(load)
        {
            Name = "browser",
            TimeToTailMs = Percentiles.Of(ofLong, 0.5),
            TimeToTailOfShortMs = Percentiles.Of(ofShort, 0.5),
            DomRows = fling.MostRows,
            FrameP50Ms = Percentiles.Of(followed.Frames.Select(frame => frame.Gap), 0.5),
            FrameP95Ms = Percentiles.Of(followed.Frames.Select(frame => frame.Gap), 0.95),
            ScriptMsPerS = Math.Round(work.Script / load.Length.TotalSeconds, 1),
            StyleMsPerS = Math.Round(work.Style / load.Length.TotalSeconds, 1),
            LayoutMsPerS = Math.Round(work.Layout / load.Length.TotalSeconds, 1),
            TaskMsPerS = Math.Round(work.Task / load.Length.TotalSeconds, 1),
            LongTaskMsPerS = Math.Round(followed.LongTasks / load.Length.TotalSeconds, 2),
            TailMissPct = followed.Percent(frame => !frame.IsAtEnd),
            FollowBlankPct = followed.Percent(frame => frame.IsBlank),
            LagP95Ms = Percentiles.Of(followed.Lags, 0.95),
            LeaveTailMs = Percentiles.Of(leave, 0.5),
            LeaveThrowPx = Math.Round(read.Thrown, 2),
            AnchorDriftPx = Math.Round(read.Drift, 2),
            JumpToMiddleMs = Percentiles.Of(middle, 0.5),
            BlankPct = fling.Percent(frame => frame.IsBlank),
            FlungRows = flung,
            TimeToTailAgainMs = Percentiles.Of(again, 0.5),
            JsHeapMB = Math.Round(await page.HeapMBAsync(), 2),
            CircuitMiB = await MemoryOfPageAsync(scene),
        };
    }

    /// <summary>The first visits, on which server and browser still compile, are not counted.</summary>
    private static async Task<(List<double> Long, List<double> Short)> TimesToTailAsync(StreamPage page)
    {
        var (ofLong, ofShort) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds + 2; round++)
        {
            var (shortTime, longTime) = (await page.GoToAsync(BrowserScene.Short), await page.GoToAsync(BrowserScene.Long));
            if (round >= 2)
            {
                ofShort.Add(shortTime);
                ofLong.Add(longTime);
            }
        }

        return (ofLong, ofShort);
    }

    private static async Task<(List<double> Leave, List<double> Again, Sight Read)> LeaveAndJoinAsync(StreamPage page, CancellationToken cancellationToken)
    {
        var (leave, again) = (new List<double>(), new List<double>());
        await page.ResetAsync();
        for (var round = 0; round < Rounds; round++)
        {
            leave.Add(await page.LeaveAsync());
            if (round == 0)
            {
                await page.HoldAsync();
                await Task.Delay(Away, cancellationToken);
                await page.LetGoAsync();
            }

            again.Add(await page.PressEndAsync());
        }

        return (leave, again, await page.SeenAsync());
    }

    /// <summary>Appends until it is stopped; answers how many events.</summary>
    private static async Task<long> WriteAsync(BrowserScene scene, int rate, CancellationToken stop)
    {
        var calls = new List<Task>();
        var number = 0L;
        var since = Stopwatch.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            for (var due = Stopwatch.GetElapsedTime(since).TotalSeconds * rate; number + EventsOfCall <= due;)
            {
                var first = number;
                number += EventsOfCall;
                EventInput[] events = [.. Enumerable.Range(0, EventsOfCall).Select(at => new EventInput { Type = SampleEvent.Type, Payload = JsonText.FromTrusted(SampleEvent.Payload(first + at)) })];
                calls.Add(scene.Streams.AppendAsync(new(scene.Project, BrowserScene.Long, events), CancellationToken.None));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(calls);
        return number;
    }

    private static async Task<double> MemoryOfPageAsync(BrowserScene scene)
    {
        await using var phone = await scene.PhoneAsync();
        var before = scene.ServerMiB;
        for (var count = 0; count < Pages; count++)
        {
            var page = await StreamPage.OpenAsync(phone, scene, cpu: 1);
            await page.GoToAsync(BrowserScene.Long);
        }

        return Math.Round((scene.ServerMiB - before) / Pages, 2);
    }
}
