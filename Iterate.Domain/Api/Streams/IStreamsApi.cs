namespace Iterate.Domain.Api;

/// <summary>
/// Streams: append-only, gapless, ordered logs of JSON events inside a project (streams.md). Every method refuses
/// with <c>invalid-path</c> for a path off the grammar and with <c>not-found</c> for what the caller may not see.
/// </summary>
[ApiGroup("streams")]
public interface IStreamsApi
{
    /// <summary>Appends 1 to 1,000 events atomically (section 3). An empty batch answers the head and writes nothing.</summary>
    /// <exception cref="ApiException">
    /// <c>invalid-event</c>, <c>event-too-large</c>, <c>batch-too-large</c>, <c>reserved-event-type</c>,
    /// <c>idempotency-conflict</c>, <c>offset-conflict</c>, <c>busy</c>, <c>database-unavailable</c>,
    /// <c>append-outcome-unknown</c>.
    /// </exception>
    [Access(Tier.ProjectWrite)]
    Task<AppendResponse> AppendAsync(AppendRequest request, CancellationToken cancellationToken);

    /// <summary>Creates an empty stream, or returns the one that is there (requirement S-114).</summary>
    [Access(Tier.ProjectWrite)]
    Task<CreateStreamResponse> CreateAsync(CreateStreamRequest request, CancellationToken cancellationToken);

    /// <summary>One page of events in either direction (section 6). At most 20,000 events or 500 ms are examined.</summary>
    /// <exception cref="ApiException"><c>cursor-ahead</c>, <c>stream-replaced</c>, <c>invalid-input</c>.</exception>
    [Access(Tier.ProjectRead)]
    Task<ReadResponse> ReadAsync(ReadRequest request, CancellationToken cancellationToken);

    /// <summary>One event by offset or by idempotency key (requirement S-83).</summary>
    [Access(Tier.ProjectRead)]
    Task<StreamEvent> GetEventAsync(GetEventRequest request, CancellationToken cancellationToken);

    /// <summary>How many events there are and how many match, by type, largest first (requirement S-82).</summary>
    [Access(Tier.ProjectRead)]
    Task<CountResponse> CountAsync(CountRequest request, CancellationToken cancellationToken);

    /// <summary>Streams below a path, by key (requirement S-112).</summary>
    [Access(Tier.ProjectRead)]
    Task<ListStreamsResponse> ListAsync(ListStreamsRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Follows a stream: catch-up and live are one loop over one cursor (section 7). The first batch is sent at
    /// once, empty if there is nothing, so a reader always knows the head it started from.
    /// </summary>
    [Access(Tier.ProjectRead)]
    IAsyncEnumerable<StreamBatch> FollowAsync(FollowRequest request, CancellationToken cancellationToken);
}
