using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Lanes as people see them, and whether they go on (requirement O-37).</summary>
internal sealed class LaneAdmin(NpgsqlDataSource dataSource, ConsumerRegistry consumers, LanePauses pauses, OutboxWakeUps wakeUps, OutboxNode node)
{
    private const int MostCounted = 10_000;
    private static readonly TimeSpan Alive = TimeSpan.FromMinutes(1);

    // From lane to lane along the index, and in each no further than people count.
    private static readonly string Lanes = $"""
        with recursive active (consumer) as (
            (select consumer from outbox_job where archived_at is null order by consumer limit 1)
            union all
            select (select consumer from outbox_job where archived_at is null and consumer > active.consumer order by consumer limit 1)
            from active where active.consumer is not null
        ), failed as (
            select consumer, count(*) from (select consumer from outbox_job where status = 'failed' limit {MostCounted}) as dead group by consumer
        ), live as (
            select consumer, count(*) from outbox_node, unnest(consumers) as consumer where seen_at >= $3 group by consumer
        ), lane as (
            select consumer from active where consumer is not null
            union select consumer from failed
            union select consumer from live
            union select consumer from outbox_paused_lane
            union select * from unnest($1)
        )
        select lane.consumer,
            (select count(*) from (select from outbox_job where consumer = lane.consumer and archived_at is null
                and visible_at <= $2 and (lease_until is null or lease_until < $2) limit {MostCounted}) as due),
            (select count(*) from outbox_job where consumer = lane.consumer and lease_until >= $2),
            (select count(*) from (select from outbox_job where consumer = lane.consumer and archived_at is null and visible_at > $2 limit {MostCounted}) as scheduled),
            coalesce(failed.count, 0), exists (select from outbox_paused_lane as paused where paused.consumer = lane.consumer),
            (select visible_at from outbox_job where consumer = lane.consumer and archived_at is null and visible_at <= $2
                and (lease_until is null or lease_until < $2) order by visible_at limit 1),
            coalesce(live.count, 0)
        from lane left join failed using (consumer) left join live using (consumer)
        order by lane.consumer
        """;

    private const string Pause = "insert into outbox_paused_lane (consumer, paused_at, paused_by) values ($1, $2, $3) on conflict (consumer) do nothing";

    private const string Resume = "delete from outbox_paused_lane where consumer = $1";

    public async Task<IReadOnlyList<OutboxLane>> ListAsync(CancellationToken cancellationToken)
    {
        var now = node.Now;
        await using var command = dataSource.CreateCommand(Lanes);
        command.Parameters.Add(Sql.Array(consumers.All, consumer => consumer.Name));
        command.Parameters.Add(Sql.Time(now));
        command.Parameters.Add(Sql.Time(now - Alive));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var lanes = new List<OutboxLane>();
        while (await reader.ReadAsync(cancellationToken))
        {
            lanes.Add(new()
            {
                Consumer = reader.GetString(0),
                EventName = consumers.Find(reader.GetString(0))?.EventName,
                Due = (int)reader.GetInt64(1),
                Running = (int)reader.GetInt64(2),
                Scheduled = (int)reader.GetInt64(3),
                Failed = (int)reader.GetInt64(4),
                IsPaused = reader.GetBoolean(5),
                OldestDueAt = reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6),
                Nodes = (int)reader.GetInt64(7),
            });
        }

        return lanes;
    }

    /// <summary>Pauses a lane or lets it go on, here at once.</summary>
    /// <exception cref="ApiException"><c>not-found</c>.</exception>
    public async Task<OutboxLane> SetPausedAsync(string consumer, bool paused, string? by, CancellationToken cancellationToken)
    {
        FilterRules.CheckText("consumer", consumer);
        _ = await FindAsync(consumer, cancellationToken);
        await using (var command = dataSource.CreateCommand(paused ? Pause : Resume))
        {
            command.Parameters.Add(Sql.Text(consumer));
            if (paused)
            {
                command.Parameters.Add(Sql.Time(node.Now));
                command.Parameters.Add(Sql.Text(by));
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        var lanes = await ListAsync(cancellationToken);
        pauses.Replace(lanes.Where(lane => lane.IsPaused).Select(lane => lane.Consumer));
        wakeUps.Committed([consumer]);
        return lanes.Single(lane => string.Equals(lane.Consumer, consumer, StringComparison.Ordinal));
    }

    private async Task<OutboxLane> FindAsync(string consumer, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(lane => string.Equals(lane.Consumer, consumer, StringComparison.Ordinal)) ?? throw ApiException.NotFound();
}
