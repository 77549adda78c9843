namespace Iterate.Domain.Api;

/// <summary>Events of one stream as a file; both bounds are exclusive.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="AfterOffset">Lower bound; a broken download goes on after the offset of its last complete line.</param>
/// <param name="BeforeOffset">Upper bound; absent, and at most, what the head was at the start.</param>
/// <param name="Filter">What to export.</param>
/// <param name="Gzip">Compress the file.</param>
public sealed record ExportRequest(
    string Project,
    string Path,
    long AfterOffset = 0,
    long? BeforeOffset = null,
    EventFilter? Filter = null,
    bool Gzip = false) : IProjectRequest;
