namespace Iterate.Domain.Api;

// Export and import (section 10).
public partial interface IStreamsApi
{
    /// <summary>
    /// Downloads events as NDJSON, one committed event per line, up to the head at the start, which the header
    /// <c>X-Head-Offset</c> names (requirements S-121 and S-122).
    /// </summary>
    /// <exception cref="ApiException"><c>cursor-ahead</c>, <c>invalid-input</c>.</exception>
    [Access(Tier.ProjectRead)]
    [Download("application/x-ndjson")]
    IAsyncEnumerable<FilePart> ExportAsync(ExportRequest request, CancellationToken cancellationToken);
}
