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

    /// <summary>
    /// Starts an import, whose lines then come in chunks (requirements S-123 to S-128). Until it ends, other appends to
    /// the stream are refused with <c>stream-importing</c>; untouched for 24 hours it is cancelled.
    /// </summary>
    /// <exception cref="ApiException"><c>name-taken</c>: restore needs a path without a stream; <c>stream-importing</c>.</exception>
    [Access(Tier.ProjectAdmin)]
    Task<ImportStatus> ImportStartAsync(ImportStartRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the next lines. A chunk that was taken before is acknowledged without effect. A bad line stops the import
    /// there and the answer says why; the lines before it stay.
    /// </summary>
    /// <exception cref="ApiException"><c>import-position</c>, <c>batch-too-large</c>, <c>invalid-state</c>, <c>stream-deleted</c>.</exception>
    [Access(Tier.ProjectAdmin)]
    Task<ImportStatus> ImportChunkAsync(ImportChunkRequest request, CancellationToken cancellationToken);

    /// <summary>Ends an import that has all its lines. Subscriptions of a restored stream are halted, so that nothing happens twice.</summary>
    /// <exception cref="ApiException"><c>invalid-state</c>: it stopped at a bad line, was cancelled, or has no line.</exception>
    [Access(Tier.ProjectAdmin)]
    Task<ImportStatus> ImportFinishAsync(ImportFinishRequest request, CancellationToken cancellationToken);

    /// <summary>Gives an import up: a stream that was being restored goes, what was appended stays.</summary>
    /// <exception cref="ApiException"><c>invalid-state</c>: it has finished.</exception>
    [Access(Tier.ProjectAdmin)]
    Task<ImportStatus> ImportCancelAsync(ImportCancelRequest request, CancellationToken cancellationToken);

    /// <summary>Follows an import until it has ended: where it is now, then every change.</summary>
    [Access(Tier.ProjectAdmin)]
    IAsyncEnumerable<ImportStatus> ImportStatusAsync(ImportStatusRequest request, CancellationToken cancellationToken);
}
