using System.Text.Json.Serialization;

namespace Iterate.Bench;

/// <summary>What was measured, all of it in one run on one database, and whether it holds (requirement O-41).</summary>
internal sealed record OutboxReport : BenchReport
{
    /// <summary>No-op jobs enqueued, run and archived per second, in a lane of four slots.</summary>
    public required double JobsPerSecond { get; init; }

    /// <summary>Milliseconds from the commit to the start of the handler at a steady rate, half of the jobs.</summary>
    public required double StartP50Ms { get; init; }

    /// <summary>The same for 99 of 100 jobs.</summary>
    public required double StartP99Ms { get; init; }

    /// <summary>The same while another lane has <see cref="Hanging"/> jobs that never end.</summary>
    public required double StartBesideHangingP99Ms { get; init; }

    /// <summary>The same while another lane works through <see cref="Crowd"/> due jobs.</summary>
    public required double StartBesideCrowdP99Ms { get; init; }

    /// <summary>The same when another node runs the job.</summary>
    public required double StartOnOtherNodeP99Ms { get; init; }

    /// <summary>The longest start when another node runs the job and is not told.</summary>
    public required double StartWithoutHintsMaxMs { get; init; }

    /// <summary>Milliseconds for a page of 25 out of <see cref="Archived"/> archived jobs, half of the pages.</summary>
    public required double ListP50Ms { get; init; }

    /// <summary>The same for the dead letters among them.</summary>
    public required double ListFailedP50Ms { get; init; }

    /// <summary>Raw single inserts per second with as many connections as the lane has slots.</summary>
    public required double RawInsertPerSecond { get; init; }

    /// <summary>Jobs over raw inserts; a job is two commits, its claim and its end.</summary>
    public double TimesRawInsert => Math.Round(JobsPerSecond / RawInsertPerSecond, 2);

    public required int Jobs { get; init; }

    public required int Hanging { get; init; }

    public required int Crowd { get; init; }

    public required int Archived { get; init; }

    public required int RatePerSecond { get; init; }

    /// <summary>Bars and whether they are met.</summary>
    public override IReadOnlyList<Bar> Bars =>
    [
        new("enqueued, run and archived per second", JobsPerSecond, 1_000, AtLeast: true),
        new("commit to start p50, ms", StartP50Ms, 20),
        new("commit to start p99, ms", StartP99Ms, 100),
        new("beside hanging jobs p99, ms", StartBesideHangingP99Ms, 100),
        new("beside a crowd p99, ms", StartBesideCrowdP99Ms, 150),
        new("on another node p99, ms", StartOnOtherNodeP99Ms, 150),
        new("without hints at most, ms", StartWithoutHintsMaxMs, 1_300),
        new("page of 25 p50, ms", ListP50Ms, 60),
        new("page of 25 dead letters p50, ms", ListFailedP50Ms, 60),
    ];

    [JsonIgnore]
    public override IEnumerable<string> Lines => [$"{TimesRawInsert:N2} of raw inserts ({RawInsertPerSecond:N0} rows/s)"];
}
