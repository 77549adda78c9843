namespace Iterate.Domain.Api;

/// <summary>Events for one stream.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream; created with its first event unless <paramref name="MustExist"/>.</param>
/// <param name="Events">At most 1,000 events and 8 MiB.</param>
/// <param name="MustExist">Refuse with <c>not-found</c> instead of creating the stream.</param>
public sealed record AppendRequest(string Project, string Path, IReadOnlyList<EventInput> Events, bool MustExist = false) : IProjectRequest;

/// <summary>What an append did.</summary>
/// <param name="StreamId"><c>str_</c> id of the stream.</param>
/// <param name="Events">Committed events, aligned with the inputs; for a repeated key the event committed before.</param>
/// <param name="HeadOffset">Offset of the newest event after this append.</param>
/// <param name="CommittedCount">How many of the inputs were written now; the rest had been there already.</param>
public sealed record AppendResponse(string StreamId, IReadOnlyList<StreamEvent> Events, long HeadOffset, int CommittedCount);

/// <summary>Creates a stream.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
public sealed record CreateStreamRequest(string Project, string Path) : IProjectRequest
{
    /// <summary>A JSON object of at most 64 KiB; <c>title</c> and <c>description</c> are shown.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Metadata { get; init; }
}

/// <summary>The stream, and whether this call made it.</summary>
public sealed record CreateStreamResponse(string StreamId, string Path, long HeadOffset, bool Created);

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
/// <param name="ScannedThroughOffset">The head the counts belong to.</param>
/// <param name="Complete">False only when a budget ended the count early.</param>
public sealed record CountResponse(
    long Total, IReadOnlyList<TypeCount> ByType, int OtherTypes, long Matched, long ScannedThroughOffset, bool Complete);

/// <summary>Events of one type.</summary>
public sealed record TypeCount(string Type, long Count, long LastOffset);

/// <summary>Order of a listing.</summary>
public enum StreamSort
{
    /// <summary>By path.</summary>
    Path,

    /// <summary>Newest event first.</summary>
    Recent,
}

/// <summary>Streams below a path.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Under">The folder; its own row is not listed.</param>
/// <param name="Depth">1 to 32 levels below the folder.</param>
/// <param name="Query">Substring of path or title, ignoring case; searches all levels.</param>
/// <param name="Sort">Path or recent.</param>
/// <param name="Limit">1 to 200 rows.</param>
/// <param name="Cursor">Where an earlier page ended.</param>
public sealed record ListStreamsRequest(
    string Project,
    string Under = "/",
    int Depth = 1,
    string? Query = null,
    StreamSort Sort = StreamSort.Path,
    int Limit = 200,
    string? Cursor = null) : IProjectRequest;

/// <summary>A page of streams.</summary>
/// <param name="Streams">Rows in the order asked for.</param>
/// <param name="NextCursor">Where to continue; absent at the end.</param>
public sealed record ListStreamsResponse(IReadOnlyList<StreamSummary> Streams, string? NextCursor = null);

/// <summary>One stream in a listing.</summary>
public sealed record StreamSummary
{
    /// <summary>Full path.</summary>
    public required string Path { get; init; }

    /// <summary>Last segment; <c>/</c> for the root.</summary>
    public required string Name { get; init; }

    /// <summary><c>str_</c> id.</summary>
    public required string StreamId { get; init; }

    /// <summary>Title from the stream's metadata.</summary>
    public string? Title { get; init; }

    /// <summary>Offset of the newest event, which is also their number.</summary>
    public required long HeadOffset { get; init; }

    /// <summary>When the newest event was committed.</summary>
    public DateTimeOffset? LastEventAt { get; init; }

    /// <summary>Streams directly below.</summary>
    public required long ChildCount { get; init; }

    /// <summary>Appends are refused until somebody resumes it.</summary>
    public required bool Paused { get; init; }
}

/// <summary>How to follow a stream.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="AfterOffset">Absent: live only from the head; 0: everything; n: after n.</param>
/// <param name="Tail">1 to 200: begin with so many of the newest matching events instead of a cursor (requirement S-208).</param>
/// <param name="Filter">What to see; what is filtered out still advances the cursor.</param>
/// <param name="StreamId">When given, a stream that was replaced refuses with <c>stream-replaced</c>.</param>
public sealed record FollowRequest(
    string Project,
    string Path,
    long? AfterOffset = null,
    int? Tail = null,
    EventFilter? Filter = null,
    string? StreamId = null) : IProjectRequest, IResumable
{
    /// <inheritdoc/>
    public object ResumeAfter(string lastEventId) =>
        long.TryParse(lastEventId, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var offset)
            ? this with { AfterOffset = offset, Tail = null }
            : throw ApiException.InvalidInput("Last-Event-ID", "must be an offset");
}

/// <summary>What a follower gets: at most 200 events and 1 MiB; one larger event travels alone.</summary>
/// <param name="StreamId"><c>str_</c> id of the stream.</param>
/// <param name="Events">Matching events, ascending.</param>
/// <param name="HeadOffset">Offset of the newest event at that instant.</param>
/// <param name="ScannedThroughOffset">The cursor after this batch; resume after it.</param>
public sealed record StreamBatch(string StreamId, IReadOnlyList<StreamEvent> Events, long HeadOffset, long ScannedThroughOffset) : ICursor
{
    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Cursor => ScannedThroughOffset.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
