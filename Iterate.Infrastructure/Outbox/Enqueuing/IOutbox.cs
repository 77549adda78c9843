using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Postgres;

namespace Iterate.Infrastructure.Outbox;

/// <summary>An event to enqueue.</summary>
/// <param name="Payload">Its content.</param>
public sealed record OutboxDraft<TPayload>(TPayload Payload)
    where TPayload : class, IOutboxPayload
{
    /// <summary>
    /// At most 200 characters. An event of the same name and key that was enqueued within 30 days takes the place of
    /// this one (requirement O-9).
    /// </summary>
    public string? DedupKey { get; init; }

    /// <summary>Its jobs run no sooner; at most 365 days ahead (requirement O-10).</summary>
    public DateTimeOffset? VisibleAt { get; init; }

    /// <summary>Organization it belongs to.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>Project it belongs to.</summary>
    public string? ProjectId { get; init; }
}

/// <summary>
/// Durable work: what must happen because of a change is enqueued in the transaction of that change (outbox.md).
/// </summary>
public interface IOutbox
{
    /// <summary>Writes an event and one job for each consumer that wants it. See <see cref="EnqueueManyAsync"/>.</summary>
    /// <returns>Id of the event, or of the one that had its dedup key before.</returns>
    Task<string> EnqueueAsync<TPayload>(IterateDbContext context, OutboxDraft<TPayload> draft, CancellationToken cancellationToken)
        where TPayload : class, IOutboxPayload;

    /// <summary>
    /// Writes 1 to 1,000 events and one job for each consumer that wants one of them, in the transaction that is open on
    /// <paramref name="context"/>: rolled back it leaves nothing, committed it loses nothing (requirement O-6).
    /// </summary>
    /// <returns>Ids in the order of <paramref name="drafts"/>.</returns>
    /// <exception cref="InvalidOperationException">No transaction is open (requirement O-8).</exception>
    /// <exception cref="ArgumentException">Too many drafts, a dedup key too long, a time too far ahead.</exception>
    /// <exception cref="Domain.Api.ApiException">As of <see cref="OutboxPayloadJson.Serialize"/>.</exception>
    Task<IReadOnlyList<string>> EnqueueManyAsync<TPayload>(
        IterateDbContext context, IReadOnlyList<OutboxDraft<TPayload>> drafts, CancellationToken cancellationToken)
        where TPayload : class, IOutboxPayload;
}
