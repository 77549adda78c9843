namespace Iterate.Domain.Api;

// Live follow, ephemeral frames and presence (sections 7 and 8).
public partial interface IStreamsApi
{
    /// <summary>
    /// Follows a stream: catch-up and live are one loop over one cursor (section 7). The first batch is sent at
    /// once, empty if there is nothing, so a reader always knows the head it started from.
    /// </summary>
    [Access(Tier.ProjectRead)]
    IAsyncEnumerable<StreamBatch> FollowAsync(FollowRequest request, CancellationToken cancellationToken);
}
