using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Fails due jobs of consumers that no live node has declared for 10 minutes (requirement O-28). They can be re-driven
/// once a build that has the consumer runs.
/// </summary>
internal sealed class MissingConsumers(OutboxNode node)
{
    private const int Batch = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Fails up to 1,000 of them, in the transaction of <paramref name="context"/>.</summary>
    public async Task GiveUpAsync(IterateDbContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Who has not watched for so long cannot know: after an outage of all nodes nobody has declared anything yet.
        if (now - node.StartedAt < Patience)
        {
            return;
        }

        var since = now - Patience;
        await context.Database.ExecuteSqlAsync(
            $$"""
            with recursive lane (consumer) as (
                (select consumer from outbox_job where archived_at is null order by consumer limit 1)
                union all
                select (select consumer from outbox_job where archived_at is null and consumer > lane.consumer order by consumer limit 1)
                from lane where lane.consumer is not null
            ), orphan as (
                select job.seq from lane, lateral (
                    select seq from outbox_job
                    where consumer = lane.consumer and archived_at is null and visible_at <= {{now}} and (lease_until is null or lease_until < {{now}})
                    order by visible_at, seq limit {{Batch}} for update skip locked) as job
                where lane.consumer is not null and not exists (
                    select from outbox_node where seen_at >= {{since}} and lane.consumer = any(consumers))
                limit {{Batch}}
            )
            update outbox_job as job
            set status = 'failed', archived_at = {{now}}, finished_at = {{now}}, lease_until = null, claimed_by = null,
                results = (job.results || jsonb_build_object(
                    'attempt', job.read_count, 'outcome', 'error', 'text', 'No running node has the consumer ' || job.consumer || '.', 'code', 'missing-consumer',
                    'node', {{node.Name}}, 'startedAt', to_char({{now}}::timestamptz at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'durationMs', 0))
                    [greatest(1, cardinality(job.results) - 48):]
            from orphan where job.seq = orphan.seq
            """,
            cancellationToken);
    }
}
