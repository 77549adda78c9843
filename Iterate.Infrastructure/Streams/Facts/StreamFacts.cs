using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;

namespace Iterate.Infrastructure.Streams;

/// <summary>Mirrors facts of the database into streams.</summary>
public static class StreamFacts
{
    /// <summary>
    /// Enqueues a fact in the transaction that is open on <paramref name="context"/>: rolled back it never stands in the
    /// stream, committed it does so once (requirement O-11). Facts of one stream are appended in the order in which they
    /// were enqueued, unless one of them has to be tried again.
    /// </summary>
    /// <returns>Id of the outbox event; the event of the stream has the idempotency key <c>outbox:&lt;id&gt;</c>.</returns>
    /// <exception cref="InvalidOperationException">No transaction is open.</exception>
    /// <exception cref="ApiException">
    /// <c>invalid-path</c>, <c>invalid-event</c>; <c>payload-too-large</c>: over 256 KiB in all.
    /// </exception>
    public static Task<string> RecordFactAsync(this IOutbox outbox, IterateDbContext context, StreamFact fact, CancellationToken cancellationToken)
    {
        // What no stream would take is refused while its caller is there to hear it.
        var path = StreamPath.Parse(fact.Path).Value;
        _ = fact.Admit(key: null);
        return outbox.EnqueueAsync(context, new OutboxDraft<StreamFact>(fact with { Path = path }) { ProjectId = fact.ProjectId }, cancellationToken);
    }
}
