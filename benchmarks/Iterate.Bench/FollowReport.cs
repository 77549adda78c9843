using System.Text.Json.Serialization;

namespace Iterate.Bench;

/// <summary>What following costs, and whether it stays within the bars of requirements S-200 and S-201.</summary>
internal sealed record FollowReport : BenchReport
{
    public required int Followers { get; init; }

    public required int Rate { get; init; }

    /// <summary>Events committed while it was measured.</summary>
    public required long Events { get; init; }

    /// <summary>Events handed to followers; each event once to each.</summary>
    public required long Deliveries { get; init; }

    /// <summary>From the call of append to the follower, half of all deliveries.</summary>
    public required double P50Ms { get; init; }

    /// <summary>The same for 95 of 100.</summary>
    public required double P95Ms { get; init; }

    /// <summary>The same for 99 of 100.</summary>
    public required double P99Ms { get; init; }

    /// <summary>Live memory that the followers added, rings and batches included.</summary>
    public required double MemoryMiB { get; init; }

    /// <summary>Statements and batches sent to the database, those of the appends included.</summary>
    public required double QueriesPerSecond { get; init; }

    /// <summary>The same with the same appends and nobody following.</summary>
    public required double QueriesPerSecondAlone { get; init; }

    /// <summary>
    /// Every event came to every follower, and all followers together added fewer queries than there were events, so there
    /// is none per follower per event.
    /// </summary>
    public override IReadOnlyList<Bar> Bars =>
    [
        new("append to follower p95, ms", P95Ms, 100),
        new("memory added, MiB", MemoryMiB, 100),
        new("queries a second added", QueriesPerSecond - QueriesPerSecondAlone, Rate - 1),
        new("deliveries missing", (Events * Followers) - Deliveries, 0),
    ];

    [JsonIgnore]
    public override IEnumerable<string> Lines =>
    [
        $"{Followers:N0} followers, {Rate:N0} events/s: p50 {P50Ms:N1} ms, p99 {P99Ms:N1} ms",
        $"{QueriesPerSecond:N1} queries/s, {QueriesPerSecondAlone:N1}/s with nobody following",
    ];
}
