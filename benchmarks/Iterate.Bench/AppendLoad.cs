namespace Iterate.Bench;

/// <summary>What the bench puts on the log.</summary>
internal sealed record AppendLoad
{
    public required int Writers { get; init; }

    public required int InFlight { get; init; }

    public required int Streams { get; init; }

    public required int Batch { get; init; }

    /// <summary>Events a second, evenly spread, one a call; null for as many as there can be.</summary>
    public required int? Rate { get; init; }

    public required TimeSpan Length { get; init; }

    public required int? WriterLoops { get; init; }
}
