namespace Iterate.Domain.Api;

/// <summary>
/// Streams: append-only, gapless, ordered logs of JSON events inside a project (streams.md). Every method refuses
/// with <c>invalid-path</c> for a path off the grammar and with <c>not-found</c> for what the caller may not see.
/// </summary>
[ApiGroup("streams")]
public partial interface IStreamsApi
{
    /// <summary>Appends 1 to 1,000 events atomically (section 3). An empty batch answers the head and writes nothing.</summary>
    /// <exception cref="ApiException">
    /// <c>invalid-event</c>, <c>event-too-large</c>, <c>batch-too-large</c>, <c>reserved-event-type</c>,
    /// <c>idempotency-conflict</c>, <c>offset-conflict</c>, <c>busy</c>, <c>database-unavailable</c>,
    /// <c>append-outcome-unknown</c>.
    /// </exception>
    [Access(Tier.ProjectWrite)]
    Task<AppendResponse> AppendAsync(AppendRequest request, CancellationToken cancellationToken);
}
