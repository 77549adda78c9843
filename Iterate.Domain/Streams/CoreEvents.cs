using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>Events of the prefix <c>stream/</c>: who may append them, and how the platform makes its own (streams.md, section 4).</summary>
public static class CoreEvents
{
    public const string Prefix = "stream/";
    public const string Created = "stream/created";
    public const string MetadataUpdated = "stream/metadata-updated";
    public const string ChildStreamCreated = "stream/child-stream-created";
    public const string Paused = "stream/paused";
    public const string Resumed = "stream/resumed";
    public const string ErrorOccurred = "stream/error-occurred";

    // The types for project admins join these with the subscriptions and breakers they configure.
    private static readonly HashSet<string> OpenToCallers = new(StringComparer.Ordinal)
    {
        MetadataUpdated, Paused, Resumed, ErrorOccurred,
    };

    // Requirement S-65, word for word: a second pause is refused too.
    private static readonly HashSet<string> PassWhilePaused = new(StringComparer.Ordinal)
    {
        Resumed,
        ErrorOccurred,
        ChildStreamCreated,
        "stream/subscriber-connected",
        "stream/subscriber-disconnected",
        "stream/subscription-delivery-halted",
        "stream/subscription-delivery-resumed",
        "stream/subscription-removed",
    };

    /// <summary>The type belongs to the core and a caller may not append it (requirement S-49).</summary>
    public static bool IsReserved(string type) =>
        type.StartsWith(Prefix, StringComparison.Ordinal) && !OpenToCallers.Contains(type);

    /// <summary>Events of this type are committed while the stream is paused (requirement S-65).</summary>
    public static bool PassesPause(string type) => PassWhilePaused.Contains(type);

    /// <summary>First event of every stream.</summary>
    public static EventInput CreatedEvent(string projectId, StreamPath path) =>
        new() { Type = Created, Payload = JsonText.From(new { projectId, path = path.Value }) };

    /// <summary>Replaces the metadata of a stream.</summary>
    public static EventInput MetadataUpdatedEvent(JsonText metadata) =>
        new() { Type = MetadataUpdated, Payload = JsonText.From(new { metadata }) };

    /// <summary>Tells an ancestor of a stream below it, once per ancestor (requirement S-61).</summary>
    public static EventInput ChildStreamCreatedEvent(string streamId, string childPath) => new()
    {
        Type = ChildStreamCreated,
        Payload = JsonText.From(new { childPath }),
        IdempotencyKey = $"iterate:child:{streamId}",
    };
}
