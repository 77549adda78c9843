namespace Iterate.Domain.Api;

/// <summary>Creates a stream.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
public sealed record CreateStreamRequest(string Project, string Path) : IProjectRequest
{
    /// <summary>A JSON object of at most 64 KiB; <c>title</c> and <c>description</c> are shown.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Metadata { get; init; }

    /// <summary>Also where a stream was deleted.</summary>
    public bool Recreate { get; init; }
}

/// <summary>The stream, and whether this call made it.</summary>
public sealed record CreateStreamResponse(string StreamId, string Path, long HeadOffset, bool Created);

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
/// <param name="IncludeArchived">Also streams that are archived.</param>
public sealed record ListStreamsRequest(
    string Project,
    string Under = "/",
    int Depth = 1,
    string? Query = null,
    StreamSort Sort = StreamSort.Path,
    int Limit = 200,
    string? Cursor = null,
    bool IncludeArchived = false) : IProjectRequest;

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

    /// <summary>Subscriptions that stand still.</summary>
    public required int HaltedSubscriptions { get; init; }

    /// <summary>Hidden from lists and closed for appends.</summary>
    public required bool Archived { get; init; }
}

/// <summary>New metadata.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="Metadata">A JSON object of at most 64 KiB; <c>title</c> and <c>description</c> are shown.</param>
public sealed record UpdateMetadataRequest(string Project, string Path, JsonText Metadata) : IProjectRequest;

/// <summary>Closes a stream.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="Reason">At most 500 characters.</param>
public sealed record PauseRequest(string Project, string Path, string? Reason = null) : IProjectRequest;

/// <summary>Opens a stream.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="Reason">At most 500 characters.</param>
/// <param name="BurstCapacity">New setting of the breaker, with the next.</param>
/// <param name="RefillPerMinute">New setting of the breaker, with the former.</param>
public sealed record ResumeRequest(string Project, string Path, string? Reason = null, int? BurstCapacity = null, int? RefillPerMinute = null) : IProjectRequest;

/// <summary>A setting of the breaker.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="BurstCapacity">1 to 1,000,000,000 tokens.</param>
/// <param name="RefillPerMinute">1 to 1,000,000,000 tokens.</param>
public sealed record ConfigureBreakerRequest(string Project, string Path, int BurstCapacity, int RefillPerMinute) : IProjectRequest;

/// <summary>What changed.</summary>
/// <param name="Events">Core events that were appended; none when there was nothing to change.</param>
/// <param name="HeadOffset">Offset of the newest event afterwards.</param>
public sealed record StreamChangeResponse(IReadOnlyList<StreamEvent> Events, long HeadOffset);

/// <summary>A stream to archive.</summary>
public sealed record ArchiveRequest(string Project, string Path) : IProjectRequest;

/// <summary>A stream to take out of the archive.</summary>
public sealed record UnarchiveRequest(string Project, string Path) : IProjectRequest;

/// <summary>Whether a stream is archived.</summary>
/// <param name="Archive">Who archived it and when; absent when it is open.</param>
public sealed record ArchiveResponse(StreamArchive? Archive = null);

/// <summary>Deletes a stream for good.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="ConfirmPath">The same path once more.</param>
/// <param name="Cascade">With all streams below it.</param>
public sealed record DeleteStreamRequest(string Project, string Path, string ConfirmPath, bool Cascade = false) : IProjectRequest;

/// <summary>What was deleted.</summary>
/// <param name="Streams">How many streams.</param>
public sealed record DeleteStreamResponse(int Streams);

/// <summary>A stream to verify.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="Repair">Make what is kept beside the log agree with it.</param>
public sealed record VerifyRequest(string Project, string Path, bool Repair = false) : IProjectRequest;

/// <summary>Where a stream and what is kept of it differ.</summary>
/// <param name="Events">Events that were read.</param>
/// <param name="Differences">None when all is well.</param>
/// <param name="Repaired">What is kept beside the log was rewritten.</param>
public sealed record VerifyResponse(long Events, IReadOnlyList<StreamDifference> Differences, bool Repaired);

/// <summary>One difference.</summary>
/// <param name="Of">What: <c>head</c>, <c>bytes</c>, <c>gap</c>, <c>time</c>, <c>type-count</c>, <c>core-state</c>.</param>
/// <param name="Kept">What is kept.</param>
/// <param name="Log">What the log says.</param>
/// <param name="Repairable">It is only kept wrongly; the log itself is sound in this.</param>
public sealed record StreamDifference(string Of, string Kept, string Log, bool Repairable);

/// <summary>Made-up events.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="Count">1 to 100,000 events.</param>
/// <param name="BatchSize">1 to 1,000 events an append.</param>
/// <param name="Seconds">0 to 600: over how long they are spread.</param>
public sealed record GenerateRequest(string Project, string Path, int Count, int BatchSize = 100, int Seconds = 0) : IProjectRequest;

/// <summary>What was made up.</summary>
/// <param name="HeadOffset">Offset of the newest event afterwards.</param>
public sealed record GenerateResponse(long HeadOffset);
