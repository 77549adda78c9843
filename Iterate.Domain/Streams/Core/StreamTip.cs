using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>
/// What every append must know of a stream, and leaves behind: the hot fields of its core state, each a column
/// (requirement S-56). The rest is <see cref="StreamDetails"/>.
/// </summary>
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

    /// <summary>The circuit breaker.</summary>
    public Breaker Breaker { get; init; } = Breaker.Default;

    /// <summary>Hidden from lists and closed for appends (requirement S-116). Not a fact of the log.</summary>
    public bool IsArchived { get; init; }

    /// <summary>Whether the two differ in no more than what every event moves: head, time and the level of the breaker.</summary>
    public bool IsStateOf(StreamTip other) =>
        PausedAtOffset == other.PausedAtOffset
        && IsArchived == other.IsArchived
        && Breaker.HasSettingOf(other.Breaker)
        && string.Equals(Title, other.Title, StringComparison.Ordinal)
        && string.Equals(PauseReason, other.PauseReason, StringComparison.Ordinal);

    /// <summary>The tip after one more event. Pure; what it does not know changes nothing but head and time (requirement S-55).</summary>
    public StreamTip After(StreamEvent committed)
    {
        if (!CoreEvents.IsCore(committed.Type))
        {
            return this with { HeadOffset = committed.Offset, LastEventAt = committed.CreatedAt, Breaker = Breaker.Spent(committed.CreatedAt) };
        }

        var moved = this with { HeadOffset = committed.Offset, LastEventAt = committed.CreatedAt };
        var payload = CorePayload.Of(committed);
        return committed.Type switch
        {
            CoreEvents.Paused => moved with { PausedAtOffset = committed.Offset, PauseReason = payload.Text("reason") },
            CoreEvents.Resumed => moved with { PausedAtOffset = null, PauseReason = null, Breaker = Breaker.Filled() },
            CoreEvents.MetadataUpdated => moved with { Title = payload.Member("metadata").Text("title") },
            CoreEvents.BreakerTripped => moved with { Breaker = Breaker with { TrippedAtOffset = committed.Offset } },
            CoreEvents.BreakerConfigured when payload.Integer("burstCapacity") is { } burst && payload.Integer("refillPerMinute") is { } refill
                => moved with { Breaker = Breaker.Configured((int)burst, (int)refill) },
            _ => moved,
        };
    }
}
