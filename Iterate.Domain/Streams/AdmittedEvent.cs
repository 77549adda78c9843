using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>An event that passed admission: trimmed, compact and within every limit. Only <see cref="EventAdmission"/> makes one.</summary>
public sealed record AdmittedEvent
{
    /// <summary>Trimmed type.</summary>
    public required string Type { get; init; }

    /// <summary>Compact JSON, or absent.</summary>
    public required JsonText Payload { get; init; }

    /// <summary>A compact JSON object, or absent.</summary>
    public required JsonText Metadata { get; init; }

    /// <summary>What made the event.</summary>
    public required EventSource? Source { get; init; }

    /// <summary>Trimmed key.</summary>
    public required string? IdempotencyKey { get; init; }

    /// <summary>Precondition: the offset about to be assigned.</summary>
    public required long? Offset { get; init; }

    /// <summary>Size of the body as requirement S-13 counts it: compact JSON of every field but the offset, in UTF-8.</summary>
    public required int Bytes { get; init; }

    /// <summary>Whether <paramref name="committed"/> has the same body, compared by value (requirement S-27).</summary>
    public bool SameBodyAs(StreamEvent committed) =>
        string.Equals(Type, committed.Type, StringComparison.Ordinal)
        && Source == committed.Source
        && Payload.ValueEquals(committed.Payload)
        && Metadata.ValueEquals(committed.Metadata);

    /// <summary>The event as committed.</summary>
    public StreamEvent CommitAt(long offset, DateTimeOffset createdAt) => new()
    {
        Offset = offset,
        Type = Type,
        Payload = Payload,
        Metadata = Metadata,
        Source = Source,
        IdempotencyKey = IdempotencyKey,
        CreatedAt = createdAt,
    };
}
