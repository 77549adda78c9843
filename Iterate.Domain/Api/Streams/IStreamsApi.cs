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
    /// <c>invalid-event</c>, <c>event-too-large</c>, <c>batch-too-large</c>, <c>reserved-event-type</c>, <c>forbidden</c>,
    /// <c>idempotency-conflict</c>, <c>offset-conflict</c>, <c>stream-paused</c>, <c>stream-archived</c>, <c>stream-deleted</c>,
    /// <c>stream-state-too-large</c>, <c>too-many-subscriptions</c>, <c>subscriber-type-changed</c>, <c>busy</c>, <c>database-unavailable</c>,
    /// <c>append-outcome-unknown</c>.
    /// </exception>
    [Access(Tier.ProjectWrite)]
    Task<AppendResponse> AppendAsync(AppendRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Appends to up to 100 streams; each batch commits or fails alone, and the answer says of each which (requirement S-24).
    /// </summary>
    /// <exception cref="ApiException"><c>invalid-input</c>: no batch, more than 100, or two for one path.</exception>
    [Access(Tier.ProjectWrite)]
    Task<AppendManyResponse> AppendManyAsync(AppendManyRequest request, CancellationToken cancellationToken);

    /// <summary>What an append would do: offsets and state, or its refusal. Writes nothing and waits for nobody (requirement S-59).</summary>
    [Access(Tier.ProjectRead)]
    Task<PreviewAppendResponse> PreviewAppendAsync(PreviewAppendRequest request, CancellationToken cancellationToken);
}
