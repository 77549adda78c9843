namespace Iterate.Domain.Streams;

/// <summary>What an append must know of a stream, and leaves behind: the hot fields of its core state (requirement S-56).</summary>
public sealed record StreamTip
{
    /// <summary>A stream before its first event.</summary>
    public static StreamTip Empty { get; } = new();

    /// <summary>Offset of the newest event; 0 before the first.</summary>
    public long HeadOffset { get; init; }

    /// <summary>When the newest event was committed.</summary>
    public DateTimeOffset? LastEventAt { get; init; }

    /// <summary>Title from the metadata.</summary>
    public string? Title { get; init; }

    /// <summary>Offset of the event that paused the stream; null while it runs.</summary>
    public long? PausedAtOffset { get; init; }

    /// <summary>Why it was paused.</summary>
    public string? PauseReason { get; init; }
}
