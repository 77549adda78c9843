namespace Iterate.Bench;

/// <summary>What was measured, all of it in one run on one database.</summary>
internal sealed record OutboxReport
{
    public required string Name { get; init; }

    /// <summary>No-op jobs enqueued, run and archived per second, in a lane of four slots.</summary>
    public required double JobsPerSecond { get; init; }

    /// <summary>Milliseconds from the commit to the start of the handler at a steady rate, half of the jobs.</summary>
    public required double StartP50Ms { get; init; }

    /// <summary>The same for 99 of 100 jobs.</summary>
    public required double StartP99Ms { get; init; }

    /// <summary>The same while another lane has <see cref="Hanging"/> jobs that never end.</summary>
    public required double StartBesideHangingP99Ms { get; init; }

    /// <summary>Raw single inserts per second with as many connections as the lane has slots.</summary>
    public required double RawInsertPerSecond { get; init; }

    /// <summary>Jobs over raw inserts; a job is two commits, its claim and its end.</summary>
    public double TimesRawInsert => Math.Round(JobsPerSecond / RawInsertPerSecond, 2);

    public required int Jobs { get; init; }

    public required int Hanging { get; init; }

    public required int RatePerSecond { get; init; }
}
