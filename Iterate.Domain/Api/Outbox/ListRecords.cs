using System.Text.Json.Serialization;

namespace Iterate.Domain.Api;

/// <summary>Order of events by their number.</summary>
public enum SortDirection
{
    /// <summary>Newest first.</summary>
    Desc,

    /// <summary>Oldest first.</summary>
    Asc,
}

/// <summary>Whether one job is enough for an event to match.</summary>
public enum OutboxStatusMode
{
    /// <summary>One job has the status.</summary>
    Some,

    /// <summary>Every job has it; an event without jobs does not match. Goes with a status.</summary>
    All,
}

/// <summary>Which events, and with them which jobs. Absent members ask nothing; conditions on jobs hold for one and the same job.</summary>
public record OutboxFilter
{
    /// <summary>Name of the event.</summary>
    public string? EventName { get; init; }

    /// <summary>A job of this consumer.</summary>
    public string? ConsumerName { get; init; }

    /// <summary>A job of this status.</summary>
    public OutboxStatus? ConsumerStatus { get; init; }

    /// <summary>Whether one job of that status is enough.</summary>
    public OutboxStatusMode StatusMode { get; init; }

    /// <summary>At least so many milliseconds old.</summary>
    public long? AgeMinMs { get; init; }

    /// <summary>At most so many milliseconds old.</summary>
    public long? AgeMaxMs { get; init; }

    /// <summary>A job with at least so many attempts begun.</summary>
    public int? ReadCountMin { get; init; }

    /// <summary>A job with at most so many attempts begun.</summary>
    public int? ReadCountMax { get; init; }

    /// <summary>A job that ended at least so many milliseconds after the event.</summary>
    public long? ResolutionMinMs { get; init; }

    /// <summary>A job that ended at most so many milliseconds after the event.</summary>
    public long? ResolutionMaxMs { get; init; }

    /// <summary>JSON that the payload contains, such as <c>{"machineId":"mch_…"}</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText PayloadContains { get; init; }

    /// <summary>Slug or <c>prj_</c> id.</summary>
    public string? Project { get; init; }
}

/// <summary>A page of events.</summary>
public sealed record ListOutboxEventsRequest : OutboxFilter
{
    /// <summary>1 to 200 events.</summary>
    public int Limit { get; init; } = 25;

    /// <summary>Newest or oldest first.</summary>
    public SortDirection SortDirection { get; init; }

    /// <summary>Where an earlier page ended.</summary>
    public string? Cursor { get; init; }

    /// <summary>Events to leave out, 0 to 10,000; not with a cursor.</summary>
    public int? Offset { get; init; }
}

/// <summary>A page.</summary>
/// <param name="Events">In the order asked for.</param>
/// <param name="Total">Events that match, counted to 10,000.</param>
/// <param name="NextCursor">Where the next page begins; absent on the last one.</param>
public sealed record ListOutboxEventsResponse(IReadOnlyList<OutboxEventView> Events, int Total, string? NextCursor = null);

/// <summary>One event.</summary>
/// <param name="EventId"><c>obe_</c> id.</param>
public sealed record GetOutboxEventRequest(string EventId);

/// <summary>The chain through one event.</summary>
/// <param name="EventId"><c>obe_</c> id.</param>
public sealed record GetOutboxChainRequest(string EventId);

/// <summary>Causes and effects.</summary>
/// <param name="Events">Every cause before its effects.</param>
public sealed record OutboxChain(IReadOnlyList<OutboxChainLink> Events);

/// <summary>An event of a chain.</summary>
/// <param name="Depth">Steps from the event asked for: negative for causes, positive for effects.</param>
/// <param name="Event">The event.</param>
public sealed record OutboxChainLink(int Depth, OutboxEventView Event);
