namespace Iterate.Domain.Api;

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
