namespace Iterate.Domain.Api;

/// <summary>Durable work: what is enqueued, how it went, and what people do about it.</summary>
[ApiGroup("outbox")]
public partial interface IOutboxApi
{
    /// <summary>Events with their jobs, newest first unless told otherwise.</summary>
    /// <exception cref="ApiException"><c>invalid-input</c>; <c>not-found</c>: there is no such project.</exception>
    [Access(Tier.SystemAdmin)]
    Task<ListOutboxEventsResponse> ListEventsAsync(ListOutboxEventsRequest request, CancellationToken cancellationToken);

    /// <summary>One event.</summary>
    /// <exception cref="ApiException"><c>not-found</c>.</exception>
    [Access(Tier.SystemAdmin)]
    Task<OutboxEventView> GetEventAsync(GetOutboxEventRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// What caused an event and what it caused, causes first: at most 200 events, 20 steps away (requirement O-49).
    /// </summary>
    /// <exception cref="ApiException"><c>not-found</c>.</exception>
    [Access(Tier.SystemAdmin)]
    Task<OutboxChain> GetChainAsync(GetOutboxChainRequest request, CancellationToken cancellationToken);

    /// <summary>Every lane with its load.</summary>
    [Access(Tier.SystemAdmin)]
    Task<ListOutboxLanesResponse> ListLanesAsync(ListOutboxLanesRequest request, CancellationToken cancellationToken);

    /// <summary>Jobs that change, from any node, and how running ones get on. Begins with the newest event.</summary>
    /// <exception cref="ApiException"><c>invalid-input</c>: a cursor that was never sent.</exception>
    [Access(Tier.SystemAdmin)]
    IAsyncEnumerable<OutboxChange> WatchAsync(WatchOutboxRequest request, CancellationToken cancellationToken);
}
