using System.Text.Json.Serialization;
using Iterate.Domain.Streams;

namespace Iterate.Domain.Api;

/// <summary>An event as a caller hands it in (streams.md, section 2).</summary>
[JsonConverter(typeof(EventInputConverter))]
public sealed record EventInput
{
    /// <summary>1 to 200 characters after trimming, no control characters; by convention <c>owner/past-tense-kebab</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Any JSON; absent and null differ.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Payload { get; init; }

    /// <summary>A JSON object of at most 64 KiB.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Metadata { get; init; }

    /// <summary>What made the event, when it was not a caller from outside.</summary>
    public EventSource? Source { get; init; }

    /// <summary>1 to 200 characters after trimming, unique per stream; repeating an append with it returns the first result.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Precondition: the offset about to be assigned.</summary>
    public long? Offset { get; init; }

    /// <summary>What reading this event from JSON found wrong; admission reports it with the faults of the whole batch.</summary>
    internal IReadOnlyList<EventFault> ShapeFaults { get; init; } = [];
}

/// <summary>What made an event.</summary>
public sealed record EventSource(EventProcessor? Processor = null);

/// <summary>The processor that made an event.</summary>
public sealed record EventProcessor(string Slug, int Version);

/// <summary>A committed event. It never changes.</summary>
public sealed record StreamEvent
{
    /// <summary>Position in the stream, from 1, gapless.</summary>
    public required long Offset { get; init; }

    /// <summary>Type as committed.</summary>
    public required string Type { get; init; }

    /// <summary>Any JSON; absent and null differ.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Payload { get; init; }

    /// <summary>A JSON object, or absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Metadata { get; init; }

    /// <summary>What made the event.</summary>
    public EventSource? Source { get; init; }

    /// <summary>The key it was appended under.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>UTC, milliseconds; never decreases within a stream.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What a reader wants to see; parts are ANDed (requirement S-79).</summary>
public sealed record EventFilter
{
    /// <summary>Up to 50 exact types or prefix globs such as <c>agent/*</c>.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>JSON of at most 64 KiB that the payload must contain: some of its members, some of its elements.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Payload { get; init; }

    /// <summary>JSON of at most 64 KiB that the metadata must contain.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Metadata { get; init; }

    /// <summary>1 to 200 characters that are in the type or in a key or value of payload or metadata, ignoring case.</summary>
    public string? Contains { get; init; }
}
