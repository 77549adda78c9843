namespace Iterate.Domain.Api;

// The core state (section 4).
public partial interface IStreamsApi
{
    /// <summary>The core state, and what goes on around the stream right now (section 6).</summary>
    [Access(Tier.ProjectRead)]
    Task<StateResponse> StateAsync(StateRequest request, CancellationToken cancellationToken);

    /// <summary>The core state as it was after an event, reduced from the log.</summary>
    /// <exception cref="ApiException"><c>cursor-ahead</c>, <c>stream-replaced</c>.</exception>
    [Access(Tier.ProjectRead)]
    Task<StateAtResponse> StateAtAsync(StateAtRequest request, CancellationToken cancellationToken);
}
