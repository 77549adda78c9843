using System.Text.Json.Serialization;
using Iterate.Domain.Streams;

namespace Iterate.Domain.Api;

/// <summary>One stream.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
public sealed record StateRequest(string Project, string Path) : IProjectRequest;

/// <summary>The state of a stream.</summary>
/// <param name="CoreState">What its log says.</param>
/// <param name="Runtime">What goes on around it; true of the node that answers.</param>
/// <param name="Archive">Who archived it and when; absent while it is open.</param>
public sealed record StateResponse(StreamState CoreState, StreamRuntime Runtime, StreamArchive? Archive = null);

/// <summary>A stream at one of its events.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="Offset">The event, 1 to head.</param>
/// <param name="StreamId">When given, a stream that was replaced refuses with <c>stream-replaced</c>.</param>
public sealed record StateAtRequest(string Project, string Path, long Offset, string? StreamId = null) : IProjectRequest;

/// <summary>The state after an event. The level of the breaker is known of the present alone.</summary>
public sealed record StateAtResponse(StreamState CoreState);

/// <summary>What goes on around a stream.</summary>
/// <param name="Followers">Follows on this node.</param>
/// <param name="Subscriptions">Deliveries, by key.</param>
public sealed record StreamRuntime(int Followers, IReadOnlyList<SubscriptionStatus> Subscriptions);

/// <summary>How a subscription fares.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Connected">Its consumer runs.</param>
/// <param name="Halted">It stands still until somebody resumes it.</param>
public sealed record SubscriptionStatus(string Key, bool Connected, bool Halted);

/// <summary>Who archived a stream and when.</summary>
public sealed record StreamArchive(DateTimeOffset At, string? By = null);

/// <summary>The core state (requirement S-54): reduced from the log alone.</summary>
public sealed record StreamState
{
    /// <summary><c>prj_</c> id.</summary>
    public required string ProjectId { get; init; }

    /// <summary>Full path.</summary>
    public required string Path { get; init; }

    /// <summary><c>str_</c> id; absent of a stream that is only thought.</summary>
    public required string? StreamId { get; init; }

    /// <summary>When the stream was created.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Identity of the stream this one was restored from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText ImportedFrom { get; init; }

    /// <summary>Newest metadata.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Metadata { get; init; }

    /// <summary>Offset of the newest event.</summary>
    public required long HeadOffset { get; init; }

    /// <summary>How many events there are; offsets are gapless, so the same number.</summary>
    public required long EventCount { get; init; }

    /// <summary>When the newest event was committed.</summary>
    public DateTimeOffset? LastEventAt { get; init; }

    /// <summary>Names of the first 1,000 children, in order of arrival.</summary>
    public required IReadOnlyList<string> Children { get; init; }

    /// <summary>Children that were announced, named or not.</summary>
    public required long ChildCount { get; init; }

    /// <summary>Appends are refused until somebody resumes it.</summary>
    public required bool Paused { get; init; }

    /// <summary>Why.</summary>
    public string? PauseReason { get; init; }

    /// <summary>Offset of the event that paused it.</summary>
    public long? PausedAtOffset { get; init; }

    /// <summary>The circuit breaker.</summary>
    public required BreakerState Breaker { get; init; }

    /// <summary>Attached consumers, by subscription key.</summary>
    public required IReadOnlyDictionary<string, StreamSubscription> Subscriptions { get; init; }

    /// <summary>Connected consumers, by subscription key.</summary>
    public required IReadOnlyDictionary<string, StreamSubscriber> Subscribers { get; init; }

    /// <summary>Contracts of processors, by slug.</summary>
    public required IReadOnlyDictionary<string, JsonText> Processors { get; init; }

    /// <summary>Errors that were recorded.</summary>
    public required long ErrorCount { get; init; }

    /// <summary>The newest of them.</summary>
    public StreamError? LastError { get; init; }

    /// <summary>Puts the halves of the state together.</summary>
    public static StreamState Of(string projectId, StreamPath path, string? streamId, StreamTip tip, StreamDetails details) => new()
    {
        ProjectId = projectId,
        Path = path.Value,
        StreamId = streamId,
        CreatedAt = details.CreatedAt,
        ImportedFrom = details.ImportedFrom,
        Metadata = details.Metadata,
        HeadOffset = tip.HeadOffset,
        EventCount = tip.HeadOffset,
        LastEventAt = tip.LastEventAt,
        Children = details.Children,
        ChildCount = details.ChildCount,
        Paused = tip.PausedAtOffset is not null,
        PauseReason = tip.PauseReason,
        PausedAtOffset = tip.PausedAtOffset,
        Breaker = BreakerState.Of(tip.Breaker),
        Subscriptions = details.Subscriptions,
        Subscribers = details.Subscribers,
        Processors = details.Processors,
        ErrorCount = details.ErrorCount,
        LastError = details.LastError,
    };
}

/// <summary>The circuit breaker of a stream.</summary>
/// <param name="BurstCapacity">Tokens when full.</param>
/// <param name="RefillPerMinute">Tokens that flow back in a minute.</param>
/// <param name="AvailableTokens">Whole tokens left when the newest event was committed; absent for the past.</param>
/// <param name="LastRefillAt">Up to when the refill is counted in; absent while it is full.</param>
/// <param name="TrippedAtOffset">Offset of the newest trip.</param>
public sealed record BreakerState(
    int BurstCapacity, int RefillPerMinute, long? AvailableTokens = null, DateTimeOffset? LastRefillAt = null, long? TrippedAtOffset = null)
{
    /// <summary>As the contract shows it.</summary>
    public static BreakerState Of(Breaker breaker) =>
        new(breaker.BurstCapacity, breaker.RefillPerMinute, breaker.AvailableTokens, breaker.LastRefillAt, breaker.TrippedAtOffset);
}
