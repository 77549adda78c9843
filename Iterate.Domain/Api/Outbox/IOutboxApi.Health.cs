namespace Iterate.Domain.Api;

public partial interface IOutboxApi
{
    /// <summary>How the outbox is, and what is not as it should be (requirement O-32).</summary>
    [Access(Tier.SystemAdmin)]
    Task<OutboxHealth> HealthAsync(OutboxHealthRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The topic <c>outbox:failed</c>: jobs that failed on any node, once per consumer and code a minute (requirement
    /// O-38). Begins with an empty push: fetch then, and whatever fails later is told.
    /// </summary>
    /// <exception cref="ApiException"><c>invalid-input</c>: a cursor that was never sent.</exception>
    [Access(Tier.SystemAdmin)]
    IAsyncEnumerable<OutboxFailures> WatchFailedAsync(WatchFailedOutboxJobsRequest request, CancellationToken cancellationToken);
}
