using System.Collections;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>
/// The part of the core state that only <c>stream/</c> events change, kept as JSON beside the columns of
/// <see cref="StreamTip"/> and rewritten by no other append (requirement S-56). Reduced from the log, so it can be
/// rebuilt from it at any time.
/// </summary>
public sealed record StreamDetails
{
    /// <summary>Raised when the reducer changes its meaning; older states are rebuilt (requirement S-57).</summary>
    public const short CurrentVersion = 1;

    /// <summary>Largest state as JSON (requirement S-58).</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Most children named (requirement S-54).</summary>
    public const int MaxChildren = 1_000;

    // Names may be long; together they leave room for the rest of the state.
    private const int MaxChildrenBytes = 256 * 1024;

    // The row of a stream is rewritten by every append, so it holds nothing that says nothing.
    private static readonly JsonSerializerOptions Stored = new(ApiJson.Options)
    {
        TypeInfoResolver = ApiJson.Options.TypeInfoResolver!.WithAddedModifier(LeaveOutWhatIsEmpty),
    };

    /// <summary>A stream before its first event.</summary>
    public static StreamDetails Empty { get; } = new();

    /// <summary>When the stream was created.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Identity of the stream this one was restored from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText ImportedFrom { get; init; }

    /// <summary>Newest metadata.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Metadata { get; init; }

    /// <summary>Names of the first children, in order of arrival.</summary>
    public ImmutableList<string> Children { get; init; } = [];

    /// <summary>Children that were announced, named or not.</summary>
    public long ChildCount { get; init; }

    /// <summary>By subscription key.</summary>
    public ImmutableDictionary<string, StreamSubscription> Subscriptions { get; init; } = ImmutableDictionary<string, StreamSubscription>.Empty;

    /// <summary>Who is connected, by subscription key.</summary>
    public ImmutableDictionary<string, StreamSubscriber> Subscribers { get; init; } = ImmutableDictionary<string, StreamSubscriber>.Empty;

    /// <summary>Contracts of processors that connected, by slug.</summary>
    public ImmutableDictionary<string, JsonText> Processors { get; init; } = ImmutableDictionary<string, JsonText>.Empty;

    /// <summary>Errors that were recorded.</summary>
    public long ErrorCount { get; init; }

    /// <summary>The newest of them.</summary>
    public StreamError? LastError { get; init; }

    /// <summary>What a newer version keeps here; handed on as it is (requirement S-111).</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>Whether an event of <paramref name="type"/> can change a state of this kind.</summary>
    public static bool IsChangedBy(string type) => type
        is CoreEvents.Created or CoreEvents.MetadataUpdated or CoreEvents.ChildStreamCreated or CoreEvents.ErrorOccurred
        or CoreEvents.SubscriptionConfigured or CoreEvents.SubscriptionRemoved
        or CoreEvents.SubscriberConnected or CoreEvents.SubscriberDisconnected
        or CoreEvents.SubscriptionDeliveryHalted or CoreEvents.SubscriptionDeliveryResumed;

    /// <summary>Whether an event of <paramref name="type"/> can make a state larger than its own fixed share of <see cref="MaxBytes"/>.</summary>
    public static bool IsGrownBy(string type) => type
        is CoreEvents.SubscriptionConfigured or CoreEvents.SubscriberConnected or CoreEvents.SubscriptionDeliveryHalted or CoreEvents.SubscriptionDeliveryResumed;

    /// <summary>Reads a state that was stored.</summary>
    public static StreamDetails Parse(string json) =>
        JsonSerializer.Deserialize<StreamDetails>(json, Stored) ?? throw new JsonException("The state of a stream is null.");

    /// <summary>The state as it is stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Stored);

    /// <summary>The state after one more event. Pure.</summary>
    public StreamDetails After(StreamEvent committed, StreamPath path)
    {
        if (!IsChangedBy(committed.Type))
        {
            return this;
        }

        var payload = CorePayload.Of(committed);
        return committed.Type switch
        {
            CoreEvents.Created => this with { CreatedAt = committed.CreatedAt, ImportedFrom = payload.Json("importedFrom") },
            CoreEvents.MetadataUpdated => this with { Metadata = payload.Json("metadata") },
            CoreEvents.ChildStreamCreated => WithChild(payload.Text("childPath"), path),
            CoreEvents.ErrorOccurred => this with
            {
                ErrorCount = ErrorCount + 1,
                LastError = new(committed.Offset, committed.CreatedAt, payload.Text("message") ?? "") { Error = payload.Json("error") },
            },
            _ => payload.Text("subscriptionKey") is { } key ? WithSubscription(key, committed, payload) : this,
        };
    }

    private StreamDetails WithChild(string? childPath, StreamPath path)
    {
        var prefix = path.IsRoot ? "/" : path.Value + "/";
        if (childPath?.StartsWith(prefix, StringComparison.Ordinal) is not true)
        {
            return this;
        }

        var below = childPath[prefix.Length..];
        var slash = below.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? below : below[..slash];
        if (Children.Contains(name))
        {
            return this;
        }

        if (Children.Count < MaxChildren && Children.Sum(Encoding.UTF8.GetByteCount) + Encoding.UTF8.GetByteCount(name) <= MaxChildrenBytes)
        {
            return this with { Children = Children.Add(name), ChildCount = ChildCount + 1 };
        }

        // Beyond the named ones a child is known by its own announcement alone, or it would count once for each descendant.
        return slash < 0 ? this with { ChildCount = ChildCount + 1 } : this;
    }

    private StreamDetails WithSubscription(string key, StreamEvent committed, CorePayload payload)
    {
        var subscription = Subscriptions.GetValueOrDefault(key);
        return committed.Type switch
        {
            CoreEvents.SubscriptionConfigured => With(StreamSubscription.Configured(subscription, committed.Offset, payload)),
            CoreEvents.SubscriptionRemoved => this with { Subscriptions = Subscriptions.Remove(key), Subscribers = Subscribers.Remove(key) },
            CoreEvents.SubscriptionDeliveryHalted when subscription is not null => With(subscription.Halted(payload)),
            CoreEvents.SubscriptionDeliveryResumed when subscription is not null => With(subscription.Resumed(payload)),
            CoreEvents.SubscriberDisconnected => this with { Subscribers = Subscribers.Remove(key) },
            CoreEvents.SubscriberConnected => WithSubscriber(StreamSubscriber.Connected(committed.Offset, payload.Member("subscriber"))),
            _ => this,
        };

        StreamDetails With(StreamSubscription changed) => this with { Subscriptions = Subscriptions.SetItem(key, changed) };

        StreamDetails WithSubscriber(StreamSubscriber subscriber) => this with
        {
            Subscribers = Subscribers.SetItem(key, subscriber),
            Processors = subscriber.Slug is { } slug && payload.Member("subscriber").Json("contract") is { IsAbsent: false } contract
                ? Processors.SetItem(slug, contract)
                : Processors,
        };
    }

    private static void LeaveOutWhatIsEmpty(JsonTypeInfo type)
    {
        if (type.Type == typeof(StreamDetails))
        {
            foreach (var property in type.Properties.Where(property => !property.IsExtensionData))
            {
                property.ShouldSerialize = (_, value) => value is not (null or 0L or ICollection { Count: 0 } or JsonText { IsAbsent: true });
            }
        }
    }
}
