using System.Text.Json.Serialization;

namespace Iterate.Bench;

/// <summary>What a person with a phone sees of a long stream that is being written.</summary>
internal sealed record BrowserReport([property: JsonIgnore] BrowserLoad Load) : BenchReport
{
    public int Events => Load.Events;

    public int Rate => Load.Rate;

    public int Cpu => Load.Cpu;

    public double LatencyMs => Load.Latency.TotalMilliseconds;

    /// <summary>Start of the navigation to the first frame with the newest row at the end.</summary>
    public required double TimeToTailMs { get; init; }

    /// <summary>The same with 1,000 events.</summary>
    public required double TimeToTailOfShortMs { get; init; }

    /// <summary>Most rows that were in the document at once.</summary>
    public required int DomRows { get; init; }

    /// <summary>From one frame to the next while the tail is followed.</summary>
    public required double FrameP50Ms { get; init; }

    /// <inheritdoc cref="FrameP50Ms"/>
    public required double FrameP95Ms { get; init; }

    /// <summary>Processor time of the page's main thread for each second of following, the probe's own included: in script.</summary>
    public required double ScriptMsPerS { get; init; }

    /// <summary>The same, finding the styles of elements.</summary>
    public required double StyleMsPerS { get; init; }

    /// <summary>The same, in layout.</summary>
    public required double LayoutMsPerS { get; init; }

    /// <summary>The same, in everything: these three, painting, and what else the browser does.</summary>
    public required double TaskMsPerS { get; init; }

    /// <summary>Of each second of following, in tasks of 50 ms and more.</summary>
    public required double LongTaskMsPerS { get; init; }

    /// <summary>Frames of following that are more than 2 px from the end.</summary>
    public required double TailMissPct { get; init; }

    /// <summary>Frames of following with a hole taller than a fifth of the view.</summary>
    public required double FollowBlankPct { get; init; }

    /// <summary>The commit of an event to its row in the document.</summary>
    public required double LagP95Ms { get; init; }

    /// <summary>First turn of the wheel to the last frame at the tail.</summary>
    public required double LeaveTailMs { get; init; }

    /// <summary>How far rows were moved against the wheel while the tail was left (requirement S-214).</summary>
    public required double LeaveThrowPx { get; init; }

    /// <summary>How far the row being read was moved while events arrived.</summary>
    public required double AnchorDriftPx { get; init; }

    /// <summary>Tap on the middle of the scrubber to the first whole frame there.</summary>
    public required double JumpToMiddleMs { get; init; }

    /// <summary>Frames of a fling with a hole.</summary>
    public required double BlankPct { get; init; }

    /// <summary>Rows the fling passed.</summary>
    public required double FlungRows { get; init; }

    /// <summary>End key to the first frame with the newest row at the end.</summary>
    public required double TimeToTailAgainMs { get; init; }

    /// <summary>Heap of the page's script after all of it.</summary>
    [JsonPropertyName("jsHeapMB")]
    public required double JsHeapMB { get; init; }

    /// <summary>Memory of the server for one more open page.</summary>
    public required double CircuitMiB { get; init; }

    public override IReadOnlyList<Bar> Bars
    {
        get
        {
            var isSlowLine = Load.Latency > TimeSpan.Zero;
            var isSlow = isSlowLine || Load.Cpu > 1;
            List<Bar> bars =
            [
                new("timeToTailMs", TimeToTailMs, Load.Cpu > 1 ? 1_000 : isSlowLine ? 900 : 350),
                new("domRows", DomRows, 320),
                new("tailMissPct", TailMissPct, 0),
                new("followBlankPct", FollowBlankPct, 0),
                new("anchorDriftPx", AnchorDriftPx, 1),
                new("leaveThrowPx", LeaveThrowPx, 1),
                new("blankPct", BlankPct, isSlow ? 5 : 0),
            ];
            if (!isSlow)
            {
                bars.Add(new("timeToTailMs / that of 1,000 events", Math.Round(TimeToTailMs / TimeToTailOfShortMs, 2), 1.2));
                bars.Add(new("leaveTailMs", LeaveTailMs, 40));
            }

            if (Load.Cpu == 1)
            {
                bars.Add(new("lagP95Ms", LagP95Ms, isSlowLine ? 180 : 80));
                bars.Add(new("jumpToMiddleMs", JumpToMiddleMs, isSlowLine ? 300 : 100));
                bars.Add(new("timeToTailAgainMs", TimeToTailAgainMs, isSlowLine ? 60 : 40));
            }

            return bars;
        }
    }

    [JsonIgnore]
    public override IEnumerable<string> Lines =>
    [
        $"{Load.Events:N0} events, {Load.Rate:N0} more a second; processor {Load.Cpu}x slower, line {Load.Latency.TotalMilliseconds:N0} ms",
        $"tail after {TimeToTailMs:N0} ms, of 1,000 events {TimeToTailOfShortMs:N0} ms; again {TimeToTailAgainMs:N0} ms; middle {JumpToMiddleMs:N0} ms; left after {LeaveTailMs:N0} ms",
        $"frames p50 {FrameP50Ms:N1} ms, p95 {FrameP95Ms:N1} ms; long tasks {LongTaskMsPerS:N1} ms/s; commit to row p95 {LagP95Ms:N0} ms",
        $"main thread {TaskMsPerS:N0} ms/s: script {ScriptMsPerS:N0}, style {StyleMsPerS:N0}, layout {LayoutMsPerS:N0}",
        $"a fling passed {FlungRows:N0} rows; script heap {JsHeapMB:N1} MB; server {CircuitMiB:N2} MiB a page",
    ];
}
