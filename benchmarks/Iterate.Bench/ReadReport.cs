namespace Iterate.Bench;

/// <summary>What was measured, all of it in one run on one database.</summary>
internal sealed record ReadReport
{
    /// <summary>A page in the middle may cost so many times one at the head.</summary>
    public const double MostMiddleToHead = 1.3;

    private const double MostPageMs = 10;
    private const double MostCountMs = 5;

    public required string Name { get; init; }

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

    /// <summary>Bars that were missed.</summary>
    public IReadOnlyList<string> Missed =>
    [
        .. new[]
        {
            (RatioMiddleToHead <= MostMiddleToHead, "ratioMiddleToHead"),
            (Math.Max(HeadP95Ms, Math.Max(MiddleP95Ms, StartP95Ms)) <= MostPageMs, "page p95 of 10 ms"),
            (CountP95Ms <= MostCountMs, "count p95 of 5 ms"),
        }.Where(bar => !bar.Item1).Select(bar => bar.Item2),
    ];
}
