namespace Iterate.Bench;

/// <summary>What was measured, all of it in one run on one database.</summary>
internal sealed record AppendReport
{
    public required string Name { get; init; }

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

    /// <summary>How often the service does what single inserts do.</summary>
    public double TimesRawInsert => Math.Round(EventsPerSecond / RawInsertPerSecond, 2);

    public required int Writers { get; init; }

    public required int InFlight { get; init; }

    public required int Streams { get; init; }

    public required int Batch { get; init; }

    public required int WriterLoops { get; init; }
}
