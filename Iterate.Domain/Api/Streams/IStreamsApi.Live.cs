namespace Iterate.Domain.Api;

// Live follow, ephemeral frames and presence (sections 7 and 8), and the live list (section 10).
public partial interface IStreamsApi
{
    /// <summary>
    /// Follows a stream: catch-up and live are one loop over one cursor (section 7). The first batch is sent at
    /// once, empty if there is nothing, so a reader always knows the head it started from.
    /// </summary>
    /// <exception cref="ApiException">
    /// <c>not-found</c>, <c>stream-replaced</c>, <c>stream-deleted</c>, <c>cursor-ahead</c>, <c>too-many-followers</c>.
    /// </exception>
    [Access(Tier.ProjectRead)]
    IAsyncEnumerable<StreamBatch> FollowAsync(FollowRequest request, CancellationToken cancellationToken);

    /// <summary>Who follows a stream now, on whichever node; the whole list whenever it changes (requirement S-106).</summary>
    /// <exception cref="ApiException"><c>not-found</c>, <c>stream-deleted</c>, <c>too-many-followers</c>.</exception>
    [Access(Tier.ProjectRead)]
    IAsyncEnumerable<PresenceList> PresenceAsync(PresenceRequest request, CancellationToken cancellationToken);

    /// <summary>What changes in a listing of streams, at most 4 times a second (requirement S-113).</summary>
    /// <exception cref="ApiException"><c>invalid-input</c>, <c>too-many-followers</c>.</exception>
    [Access(Tier.ProjectRead)]
    IAsyncEnumerable<StreamListChange> ListLiveAsync(ListLiveRequest request, CancellationToken cancellationToken);

    /// <summary>Sends a frame to the connected followers that asked for such frames (section 8).</summary>
    /// <exception cref="ApiException"><c>invalid-input</c>, <c>payload-too-large</c>, <c>not-found</c>.</exception>
    [Access(Tier.ProjectWrite)]
    Task<SendEphemeralResponse> SendEphemeralAsync(SendEphemeralRequest request, CancellationToken cancellationToken);
}
