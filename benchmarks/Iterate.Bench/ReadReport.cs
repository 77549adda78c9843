using System.Text.Json.Serialization;

namespace Iterate.Bench;

/// <summary>What was measured, all of it in one run on one database.</summary>
internal sealed record ReadReport : BenchReport
{
    /// <summary>Events of the stream.</summary>
    public required int Events { get; init; }

    /// <summary>Milliseconds of a page of 100 among the newest twentieth, backward.</summary>
    public required double HeadP95Ms { get; init; }

    /// <summary>The same from the middle on, forward.</summary>
    public required double MiddleP95Ms { get; init; }

    /// <summary>The same from the start on, forward.</summary>
    public required double StartP95Ms { get; init; }

    /// <summary>Milliseconds of a count by type.</summary>
    public required double CountP95Ms { get; init; }

    public double RatioMiddleToHead => Math.Round(MiddleP95Ms / HeadP95Ms, 2);

    public override IReadOnlyList<Bar> Bars =>
    [
        new("ratioMiddleToHead", RatioMiddleToHead, 1.3),
        new("page of 100 p95, ms", Math.Max(HeadP95Ms, Math.Max(MiddleP95Ms, StartP95Ms)), 10),
        new("count by type p95, ms", CountP95Ms, 5),
    ];

    [JsonIgnore]
    public override IEnumerable<string> Lines =>
        [$"pages of {Events:N0} events, p95: head {HeadP95Ms:N2} ms, middle {MiddleP95Ms:N2} ms, start {StartP95Ms:N2} ms"];
}
