using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>It is time to delete what is past retention.</summary>
/// <param name="Tick">The hour.</param>
internal sealed record RetentionCameDue(DateTimeOffset Tick) : IOutboxPayload
{
    public static string EventName => "outbox/retention-came-due";
}

/// <summary>Deletes what is past retention, a batch a second (requirement O-39).</summary>
internal sealed class PruneOutbox(Retention retention, FailureTable failures, OutboxNode node, TimeProvider time) : OutboxConsumer<RetentionCameDue>
{
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);

    /// <summary>How often it comes due.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public override string Name => "prune-outbox";

    public override int Concurrency => 1;

    public override TimeSpan RunLimit => Interval - TimeSpan.FromMinutes(1);

    public override string SerialKey(RetentionCameDue payload) => "retention";

    protected override async Task<string> HandleAsync(OutboxJobContext context, RetentionCameDue payload, CancellationToken cancellationToken)
    {
        var (events, keys) = (0L, 0L);
        var examined = new ExaminedEvents(0, 0, IsEnd: false);
        while (!examined.IsEnd)
        {
            examined = await retention.DeleteEventsAsync(examined.LastSeq, node.Now, cancellationToken);
            events += examined.Deleted;
            context.Progress($"{events} events deleted");
            await Task.Delay(Spacing, time, cancellationToken);
        }

        int deleted;
        while ((deleted = await retention.DeleteKeysAsync(node.Now, cancellationToken)) > 0)
        {
            keys += deleted;
            await Task.Delay(Spacing, time, cancellationToken);
        }

        await retention.DeleteNodesAsync(node.Now, cancellationToken);
        await failures.ForgetAsync(node.Now, cancellationToken);
        return events + keys == 0 ? "skipped: nothing is past retention" : $"{events} events and {keys} dedup keys deleted";
    }
}

/// <summary>What a batch came to.</summary>
/// <param name="LastSeq">The next batch begins after it.</param>
/// <param name="Deleted">Events deleted.</param>
/// <param name="IsEnd">No older event is left to look at.</param>
internal sealed record ExaminedEvents(long LastSeq, long Deleted, bool IsEnd);

/// <summary>The batches: none looks at, or deletes, more than 1,000 rows at a time, and none unfinished work.</summary>
internal sealed class Retention(NpgsqlDataSource dataSource)
{
    private const int Batch = 1_000;
    private static readonly TimeSpan OfSuccess = TimeSpan.FromDays(7);
    private static readonly TimeSpan OfFailure = TimeSpan.FromDays(30);
    private static readonly TimeSpan OfKeys = TimeSpan.FromDays(30);
    private static readonly TimeSpan OfNodes = TimeSpan.FromDays(1);

    // From event to event by number, so that those that stay are looked at once and not by every batch.
    private const string DeleteEvents = """
        with examined as materialized (
            select seq, created_at from outbox_event where seq > $1 order by seq limit $2
        ), past as materialized (
            select seq from examined
            where created_at < $3 and not exists (
                select from outbox_job as job
                where job.event_seq = examined.seq
                    and (job.archived_at is null or job.archived_at >= case job.status when 'success' then $3 else $4 end))
        ), jobs as (
            delete from outbox_job where event_seq in (select seq from past)
        ), events as (
            delete from outbox_event where seq in (select seq from past) returning seq
        )
        select coalesce(max(seq), 0), (select count(*) from events), count(*) < $2 or max(created_at) >= $3 from examined
        """;

    /// <summary>Deletes those of the next 1,000 events after <paramref name="after"/> whose every job is past retention.</summary>
    public async Task<ExaminedEvents> DeleteEventsAsync(long after, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(DeleteEvents);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Batch });
        command.Parameters.Add(Sql.Time(now - OfSuccess));
        command.Parameters.Add(Sql.Time(now - OfFailure));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt64(0), reader.GetInt64(1), reader.GetBoolean(2));
    }

    /// <summary>Deletes 1,000 dedup keys that nobody may rely on any more (requirement O-40).</summary>
    public Task<int> DeleteKeysAsync(DateTimeOffset now, CancellationToken cancellationToken) => ExecuteAsync(
        $"delete from outbox_dedup_key where ctid = any(array(select ctid from outbox_dedup_key where created_at < $1 order by created_at limit {Batch}))",
        now - OfKeys,
        cancellationToken);

    /// <summary>Forgets nodes that are long gone.</summary>
    public Task<int> DeleteNodesAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        ExecuteAsync("delete from outbox_node where seen_at < $1", now - OfNodes, cancellationToken);

    private async Task<int> ExecuteAsync(string sql, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(Sql.Time(before));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
