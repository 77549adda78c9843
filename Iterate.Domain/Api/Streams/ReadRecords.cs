namespace Iterate.Domain.Api;

/// <summary>Reading direction.</summary>
public enum ReadDirection
{
    /// <summary>Ascending offsets from the lower bound.</summary>
    Forward,

    /// <summary>Descending offsets from the upper bound.</summary>
    Backward,
}

/// <summary>A page of one stream; both bounds are exclusive.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="AfterOffset">Lower bound; 0 is before everything.</param>
/// <param name="BeforeOffset">Upper bound; absent means beyond the head.</param>
/// <param name="Limit">1 to 1,000 events.</param>
/// <param name="Direction">Forward from the lower bound or backward from the upper.</param>
/// <param name="Filter">What to see.</param>
/// <param name="StreamId">When given, a stream that was replaced refuses with <c>stream-replaced</c>.</param>
public sealed record ReadRequest(
    string Project,
    string Path,
    long AfterOffset = 0,
    long? BeforeOffset = null,
    int Limit = 100,
    ReadDirection Direction = ReadDirection.Forward,
    EventFilter? Filter = null,
    string? StreamId = null) : IProjectRequest;

/// <summary>A page.</summary>
/// <param name="StreamId"><c>str_</c> id of the stream.</param>
/// <param name="Events">Matching events in reading order.</param>
/// <param name="HeadOffset">Offset of the newest event at that instant.</param>
/// <param name="ScannedThroughOffset">Furthest offset examined in reading direction; continue from here.</param>
/// <param name="AtEnd">Nothing remained in range at that instant.</param>
public sealed record ReadResponse(string StreamId, IReadOnlyList<StreamEvent> Events, long HeadOffset, long ScannedThroughOffset, bool AtEnd);

/// <summary>One event, by exactly one of offset and key.</summary>
public sealed record GetEventRequest(string Project, string Path, long? Offset = null, string? IdempotencyKey = null) : IProjectRequest;

/// <summary>Counts of one stream.</summary>
public sealed record CountRequest(string Project, string Path, EventFilter? Filter = null) : IProjectRequest;

/// <summary>Counts at one instant.</summary>
/// <param name="Total">Events in the stream.</param>
/// <param name="ByType">At most 200 types, largest first; the filter does not narrow them.</param>
/// <param name="OtherTypes">Types beyond the listed ones.</param>
/// <param name="Matched">Events that match the filter; equals the total without one.</param>
/// <param name="ScannedThroughOffset">Offset up to which <paramref name="Matched"/> is counted: the head, unless the budget ended before.</param>
/// <param name="Complete">False only when the filter looks inside events and the budget of 20,000 events or 500 ms ended the count.</param>
public sealed record CountResponse(
    long Total, IReadOnlyList<TypeCount> ByType, int OtherTypes, long Matched, long ScannedThroughOffset, bool Complete);

/// <summary>Events of one type.</summary>
public sealed record TypeCount(string Type, long Count, long LastOffset);
