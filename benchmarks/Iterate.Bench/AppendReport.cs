using System.Text.Json.Serialization;

namespace Iterate.Bench;

/// <summary>What was measured, all of it in one run on one database.</summary>
internal sealed record AppendReport : BenchReport
{
    /// <summary>Events acknowledged by the service per second.</summary>
    public required double EventsPerSecond { get; init; }

    /// <summary>Time from call to acknowledgement, half of the calls.</summary>
    public required double P50Ms { get; init; }

    /// <summary>The same for 99 of 100 calls.</summary>
    public required double P99Ms { get; init; }

    /// <summary>One INSERT a commit, one connection per writer.</summary>
    public required double RawInsertPerSecond { get; init; }

    /// <summary>Batches of 500 rows, 4 connections.</summary>
    public required double RawBatchPerSecond { get; init; }

    /// <summary>Events per second over raw single inserts.</summary>
    public double RatioToRawInsert => Math.Round(EventsPerSecond / RawInsertPerSecond, 2);

    /// <summary>Events per second over raw batches.</summary>
    public double RatioToRawBatch => Math.Round(EventsPerSecond / RawBatchPerSecond, 2);

    /// <summary>Half of the flushes of the disk are quicker.</summary>
    public required double FlushMs { get; init; }

    /// <summary>By how much a flush takes longer than the bars allow for.</summary>
    public required double FlushExcessMs { get; init; }

    /// <summary>Events a second that were asked for; absent when there were as many as there could be.</summary>
    public required int? Rate { get; init; }

    public required int Writers { get; init; }

    public required int InFlight { get; init; }

    public required int Streams { get; init; }

    public required int Batch { get; init; }

    public required int WriterLoops { get; init; }

    /// <summary>Those of section 15 and of the ratios that belong to this load.</summary>
    public override IReadOnlyList<Bar> Bars => (Rate, Streams, Batch) switch
    {
        (not null, _, _) =>
        [
            new("acknowledged p50, ms", P50Ms, 2 + (2 * FlushExcessMs)),
            new("acknowledged p99, ms", P99Ms, 10 + (4 * FlushExcessMs)),
        ],
        (_, 1, _) => [new("events a second on one stream", EventsPerSecond, 20_000, AtLeast: true)],
        (_, _, >= 100) => [new("ratioToRawBatch", RatioToRawBatch, 0.5, AtLeast: true)],
        _ => [new("ratioToRawInsert", RatioToRawInsert, 4, AtLeast: true)],
    };

    [JsonIgnore]
    public override IEnumerable<string> Lines =>
    [
        $"{EventsPerSecond:N0} events/s, p50 {P50Ms:N1} ms, p99 {P99Ms:N1} ms: {Writers} writers, {InFlight} calls each, {Streams} streams, {Batch} a call",
        $"raw inserts {RawInsertPerSecond:N0} rows/s one a commit; raw batches {RawBatchPerSecond:N0} rows/s; a flush {FlushMs:N2} ms",
    ];
}
