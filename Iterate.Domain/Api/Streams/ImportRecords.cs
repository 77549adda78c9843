using System.Globalization;
using System.Text.Json.Serialization;

namespace Iterate.Domain.Api;

/// <summary>What an import does with the lines it gets.</summary>
public enum ImportMode
{
    /// <summary>The stream becomes what was exported: same offsets, same times. There must be no stream at the path.</summary>
    Restore,

    /// <summary>The lines are appended like any events; where they come from is kept in <c>metadata.importedFrom</c>.</summary>
    Append,
}

/// <summary>Where an import is.</summary>
public enum ImportState
{
    /// <summary>It takes lines.</summary>
    Running,

    /// <summary>A line was bad. Sent again, corrected, it goes on from there.</summary>
    Stopped,

    /// <summary>Every line is in the stream.</summary>
    Finished,

    /// <summary>Given up; a stream that was to be restored is gone.</summary>
    Cancelled,
}

/// <summary>Starts an import.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="Mode">Restore or append.</param>
/// <param name="Label">Names the source, at most 200 characters; starting again with the label of an unfinished import goes on with that one.</param>
public sealed record ImportStartRequest(string Project, string Path, ImportMode Mode, string? Label = null) : IProjectRequest;

/// <summary>Some lines of an import.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Id"><c>imp_</c> id.</param>
/// <param name="FromLine">Number of the first line, from 1.</param>
/// <param name="Body">Whole NDJSON lines, at most 8 MiB.</param>
public sealed record ImportChunkRequest(string Project, string Id, long FromLine, string Body) : IProjectRequest;

/// <summary>Ends an import that has all its lines.</summary>
public sealed record ImportFinishRequest(string Project, string Id) : IProjectRequest;

/// <summary>Gives an import up.</summary>
public sealed record ImportCancelRequest(string Project, string Id) : IProjectRequest;

/// <summary>Watches an import.</summary>
public sealed record ImportStatusRequest(string Project, string Id) : IProjectRequest, IResumable
{
    /// <inheritdoc/>
    public object ResumeAfter(string lastEventId) => this;
}

/// <summary>How far an import is.</summary>
public sealed record ImportStatus : ICursor
{
    /// <summary><c>imp_</c> id.</summary>
    public required string Id { get; init; }

    /// <summary><c>str_</c> id of the stream.</summary>
    public required string StreamId { get; init; }

    /// <summary>Path of the stream.</summary>
    public required string Path { get; init; }

    /// <summary>Restore or append.</summary>
    public required ImportMode Mode { get; init; }

    /// <summary>Where it is.</summary>
    public required ImportState State { get; init; }

    /// <summary>Lines taken, blank and skipped ones included; the next chunk begins after them.</summary>
    public required long Lines { get; init; }

    /// <summary>Events written.</summary>
    public required long Events { get; init; }

    /// <summary>Bytes of the lines taken.</summary>
    public required long Bytes { get; init; }

    /// <summary>Offset of the newest event of the stream.</summary>
    public required long HeadOffset { get; init; }

    /// <summary>The line it stopped at.</summary>
    public long? ErrorLine { get; init; }

    /// <summary>What is wrong with that line.</summary>
    public string? Error { get; init; }

    /// <summary>When it last took a chunk, stopped or ended: a chunk that stops at the same line again is a newer status.</summary>
    public required DateTimeOffset TouchedAt { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Cursor => Lines.ToString(CultureInfo.InvariantCulture);
}
