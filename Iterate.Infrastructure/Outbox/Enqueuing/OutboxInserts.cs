using Iterate.Domain;
using Iterate.Domain.Outbox;
using static Iterate.Infrastructure.Outbox.OutboxInsert;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Turns drafts into what is written. For a transaction that is no <c>DbContext</c>'s: add
/// <see cref="OutboxInsert.Command"/> to the batch that commits, then call <see cref="OutboxWakeUps.Committed"/> with
/// <see cref="OutboxInsert.Lanes"/>.
/// </summary>
internal sealed class OutboxInserts(ConsumerRegistry consumers, OutboxNode node, TimeProvider time)
{
    private const int MostDrafts = 1_000;
    private const int MostKeyCharacters = 200;
    private static readonly TimeSpan FarthestAhead = TimeSpan.FromDays(365);

    /// <summary>1 to 1,000 events of one name, and a job for each consumer that wants one of them.</summary>
    /// <exception cref="ArgumentException">Too many drafts, a dedup key too long, a time too far ahead.</exception>
    /// <exception cref="Domain.Api.ApiException">As of <see cref="OutboxPayloadJson.Serialize"/>.</exception>
    public OutboxInsert Prepare<TPayload>(IReadOnlyList<OutboxDraft<TPayload>> drafts)
        where TPayload : class, IOutboxPayload
    {
        var now = node.Now;
        Check(drafts, now);
        NewEvent[] events = [.. drafts.Select(draft => new NewEvent(
            TypeId.New("obe", time), OutboxPayloadJson.Serialize(draft.Payload), draft.DedupKey, draft.OrganizationId, draft.ProjectId))];
        var wanting = consumers.Of(TPayload.EventName).Cast<OutboxConsumer<TPayload>>().ToArray();
        NewJob[] jobs =
        [
            .. drafts.Zip(events).SelectMany(pair => wanting.Where(consumer => consumer.When(pair.First.Payload)).Select(consumer => new NewJob(
                TypeId.New("obj", time), pair.Second.EventId, consumer.Name, (pair.First.VisibleAt ?? now) + consumer.Delay,
                consumer.Retry.Attempts, consumer.SerialKey(pair.First.Payload)))),
        ];
        return new(TPayload.EventName, events, jobs, now);
    }

    private static void Check<TPayload>(IReadOnlyList<OutboxDraft<TPayload>> drafts, DateTimeOffset now)
        where TPayload : class, IOutboxPayload
    {
        if (drafts.Count is < 1 or > MostDrafts)
        {
            throw new ArgumentException($"1 to {MostDrafts} events are enqueued at a time, not {drafts.Count}.", nameof(drafts));
        }

        if (drafts.Any(draft => draft.DedupKey is { Length: 0 or > MostKeyCharacters }))
        {
            throw new ArgumentException($"A dedup key has 1 to {MostKeyCharacters} characters.", nameof(drafts));
        }

        if (drafts.Any(draft => draft.VisibleAt - now > FarthestAhead))
        {
            throw new ArgumentException($"Work is scheduled at most {FarthestAhead.TotalDays} days ahead.", nameof(drafts));
        }
    }
}
