using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>Events of the prefix <c>stream/</c>: who may append them, and how the platform makes its own (streams.md, section 4).</summary>
public static class CoreEvents
{
    public const string Prefix = "stream/";
    public const string Created = "stream/created";
    public const string MetadataUpdated = "stream/metadata-updated";
    public const string ChildStreamCreated = "stream/child-stream-created";
    public const string SubscriptionConfigured = "stream/subscription-configured";
    public const string SubscriptionRemoved = "stream/subscription-removed";
    public const string SubscriberConnected = "stream/subscriber-connected";
    public const string SubscriberDisconnected = "stream/subscriber-disconnected";
    public const string SubscriptionDeliveryHalted = "stream/subscription-delivery-halted";
    public const string SubscriptionDeliveryResumed = "stream/subscription-delivery-resumed";
    public const string Paused = "stream/paused";
    public const string Resumed = "stream/resumed";
    public const string ErrorOccurred = "stream/error-occurred";
    public const string BreakerConfigured = "stream/breaker-configured";
    public const string BreakerTripped = "stream/breaker-tripped";

    /// <summary>Why a stream is paused whose breaker has tripped (requirement S-71).</summary>
    public const string BreakerPauseReason = "circuit breaker tripped: burst rate limit exceeded";

    // The column "Who" of section 4. What is not here is the platform's.
    private static readonly Dictionary<string, EventOrigin> LowestOrigin = new(StringComparer.Ordinal)
    {
        [MetadataUpdated] = EventOrigin.Caller,
        [Paused] = EventOrigin.Caller,
        [Resumed] = EventOrigin.Caller,
        [ErrorOccurred] = EventOrigin.Caller,
        [SubscriptionConfigured] = EventOrigin.Admin,
        [SubscriptionRemoved] = EventOrigin.Admin,
        [SubscriptionDeliveryResumed] = EventOrigin.Admin,
        [BreakerConfigured] = EventOrigin.Admin,
    };

    // Requirement S-65, word for word: a second pause is refused too.
    private static readonly HashSet<string> PassWhilePaused = new(StringComparer.Ordinal)
    {
        Resumed,
        ErrorOccurred,
        ChildStreamCreated,
        SubscriberConnected,
        SubscriberDisconnected,
        SubscriptionDeliveryHalted,
        SubscriptionDeliveryResumed,
        SubscriptionRemoved,
    };

    /// <summary>The type belongs to the core.</summary>
    public static bool IsCore(string type) => type.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Who may append an event of this type at the least (requirements S-49 and S-207).</summary>
    public static EventOrigin LowestOriginOf(string type) =>
        IsCore(type) ? LowestOrigin.GetValueOrDefault(type, EventOrigin.Platform) : EventOrigin.Caller;

    /// <summary>Events of this type are committed while the stream is paused (requirement S-65).</summary>
    public static bool PassesPause(string type) => PassWhilePaused.Contains(type);

    /// <summary>First event of every stream.</summary>
    public static EventInput CreatedEvent(string projectId, StreamPath path) =>
        new() { Type = Created, Payload = JsonText.From(new { projectId, path = path.Value }) };

    /// <summary>Replaces the metadata of a stream.</summary>
    public static EventInput MetadataUpdatedEvent(JsonText metadata) =>
        new() { Type = MetadataUpdated, Payload = JsonText.From(new { metadata }) };

    /// <summary>Halts a subscription of a restored log at its head, so that nothing is delivered twice (requirement S-126).</summary>
    public static EventInput ImportedHaltEvent(string importId, string subscriptionKey, long head, string error) => new()
    {
        Type = SubscriptionDeliveryHalted,
        Payload = JsonText.From(new { subscriptionKey, afterOffset = head, attempts = 0, error }),
        IdempotencyKey = $"iterate:import:{importId}:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(subscriptionKey)))[..16]}",
    };

    /// <summary>Tells an ancestor of a stream below it, once per ancestor (requirement S-61).</summary>
    public static EventInput ChildStreamCreatedEvent(string streamId, string childPath) => new()
    {
        Type = ChildStreamCreated,
        Payload = JsonText.From(new { childPath }),
        IdempotencyKey = $"iterate:child:{streamId}",
    };

    /// <summary>Closes the stream for all but the events of requirement S-65.</summary>
    public static EventInput PausedEvent(string? reason) => new() { Type = Paused, Payload = ReasonPayload(reason) };

    /// <summary>Opens it again.</summary>
    public static EventInput ResumedEvent(string? reason) => new() { Type = Resumed, Payload = ReasonPayload(reason) };

    /// <summary>Sets the breaker and fills it.</summary>
    public static EventInput BreakerConfiguredEvent(int burstCapacity, int refillPerMinute) =>
        new() { Type = BreakerConfigured, Payload = JsonText.From(new { burstCapacity, refillPerMinute }) };

    /// <summary>Says that the batch before it took more tokens than there were.</summary>
    public static EventInput BreakerTrippedEvent(Breaker breaker) => new()
    {
        Type = BreakerTripped,
        Payload = JsonText.From(new { breaker.Overdraft, breaker.BurstCapacity, breaker.RefillPerMinute }),
    };

    private static JsonText ReasonPayload(string? reason) => JsonText.From(new { reason });
}
