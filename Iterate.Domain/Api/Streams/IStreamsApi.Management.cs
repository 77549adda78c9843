namespace Iterate.Domain.Api;

// Management of streams (section 10).
public partial interface IStreamsApi
{
    /// <summary>Creates an empty stream, or returns the one that is there (requirement S-114).</summary>
    [Access(Tier.ProjectWrite)]
    Task<CreateStreamResponse> CreateAsync(CreateStreamRequest request, CancellationToken cancellationToken);

    /// <summary>Streams below a path, by key (requirement S-112).</summary>
    [Access(Tier.ProjectRead)]
    Task<ListStreamsResponse> ListAsync(ListStreamsRequest request, CancellationToken cancellationToken);
}
