using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Fails due jobs of consumers that no live node has declared for 10 minutes (requirement O-28). They can be re-driven
/// once a build that has the consumer runs.
/// </summary>
internal sealed class MissingConsumers(OutboxNode node)
{
    /// <summary>What they fail with.</summary>
    public const string Code = "missing-consumer";

    private const int Batch = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Fails up to 1,000 of them, in the transaction of <paramref name="context"/>, and answers which.</summary>
    public async Task<IReadOnlyList<GivenUpJob>> GiveUpAsync(IterateDbContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Who has not watched for so long cannot know: after an outage of all nodes nobody has declared anything yet.
        if (now - node.StartedAt < Patience)
        {
            return [];
        }

        var since = now - Patience;
        return await context.Database.SqlQuery<GivenUpJob>(
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
                    'attempt', job.read_count, 'outcome', 'error', 'text', 'No running node has the consumer ' || job.consumer || '.', 'code', {{Code}}::text,
                    'node', {{node.Name}}, 'startedAt', to_char({{now}}::timestamptz at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'durationMs', 0))
                    [greatest(1, cardinality(job.results) - 48):]
            from orphan where job.seq = orphan.seq
            returning job.job_id as "JobId", job.consumer as "Consumer"
            """).ToListAsync(cancellationToken);
    }
}

/// <summary>A job that no node has a consumer for.</summary>
internal sealed record GivenUpJob(string JobId, string Consumer);
