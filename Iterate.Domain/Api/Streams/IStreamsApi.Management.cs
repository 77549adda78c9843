namespace Iterate.Domain.Api;

// Management of streams (section 10).
public partial interface IStreamsApi
{
    /// <summary>
    /// Creates an empty stream, or returns the one that is there (requirement S-114). To create one where a stream was
    /// deleted is for admins of the project (requirement S-118).
    /// </summary>
    /// <exception cref="ApiException"><c>stream-deleted</c>, <c>forbidden</c>.</exception>
    [Access(Tier.ProjectWrite)]
    Task<CreateStreamResponse> CreateAsync(CreateStreamRequest request, CancellationToken cancellationToken);

    /// <summary>Streams below a path, by key (requirement S-112).</summary>
    [Access(Tier.ProjectRead)]
    Task<ListStreamsResponse> ListAsync(ListStreamsRequest request, CancellationToken cancellationToken);

    /// <summary>Replaces the metadata of a stream.</summary>
    [Access(Tier.ProjectWrite)]
    Task<StreamChangeResponse> UpdateMetadataAsync(UpdateMetadataRequest request, CancellationToken cancellationToken);

    /// <summary>Closes a stream for appends; one that is paused stays as it is (requirement S-67).</summary>
    [Access(Tier.ProjectWrite)]
    Task<StreamChangeResponse> PauseAsync(PauseRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a stream again and fills its breaker; one that runs stays as it is. A new setting of the breaker may come
    /// with it, from admins of the project (requirements S-67 and S-68).
    /// </summary>
    [Access(Tier.ProjectWrite)]
    Task<StreamChangeResponse> ResumeAsync(ResumeRequest request, CancellationToken cancellationToken);

    /// <summary>Sets the circuit breaker of a stream and fills it.</summary>
    [Access(Tier.ProjectAdmin)]
    Task<StreamChangeResponse> ConfigureBreakerAsync(ConfigureBreakerRequest request, CancellationToken cancellationToken);

    /// <summary>Hides a stream from lists and closes it for appends; it can be read. Nothing is written to the log (requirement S-116).</summary>
    /// <exception cref="ApiException"><c>invalid-input</c> for the root.</exception>
    [Access(Tier.ProjectAdmin)]
    Task<ArchiveResponse> ArchiveAsync(ArchiveRequest request, CancellationToken cancellationToken);

    /// <summary>Takes a stream out of the archive.</summary>
    [Access(Tier.ProjectAdmin)]
    Task<ArchiveResponse> UnarchiveAsync(UnarchiveRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a stream and, when asked, all below it. A tombstone stays; the events go in the background (requirement S-117).
    /// </summary>
    /// <exception cref="ApiException"><c>invalid-input</c> for the root or another confirmation, <c>stream-has-children</c>, <c>stream-deleted</c>.</exception>
    [Access(Tier.ProjectAdmin)]
    Task<DeleteStreamResponse> DeleteAsync(DeleteStreamRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Compares what is kept of a stream beside its log with the log itself, and repairs it when asked; events are never
    /// touched (requirement S-120). It reads the whole stream.
    /// </summary>
    [Access(Tier.ProjectAdmin)]
    Task<VerifyResponse> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Appends made-up events of five types, for as long as was asked; whoever follows the stream sees them come, and a
    /// caller who goes away ends it (requirement S-186).
    /// </summary>
    [Access(Tier.ProjectAdmin)]
    Task<GenerateResponse> GenerateAsync(GenerateRequest request, CancellationToken cancellationToken);
}
