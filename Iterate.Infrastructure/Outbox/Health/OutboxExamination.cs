using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Finds what the health of the outbox is judged by (requirement O-32), from lane to lane along indexes: of jobs that
/// have ended it sees the newest of each lane and those that failed within the hour (requirement O-42).
/// </summary>
internal sealed class OutboxExamination(NpgsqlDataSource dataSource, OutboxNode node)
{
    private const int MostCounted = 10_000;
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);
    private static readonly TimeSpan Alive = TimeSpan.FromMinutes(1);

    /// <summary>Lanes at $1.</summary>
    internal static readonly string Lanes = $"""
        with recursive active (consumer) as (
            (select consumer from outbox_job where archived_at is null order by consumer limit 1)
            union all
            select (select consumer from outbox_job where archived_at is null and consumer > active.consumer order by consumer limit 1)
            from active where active.consumer is not null
        ), past (consumer) as (
            (select consumer from outbox_job where archived_at is not null order by consumer limit 1)
            union all
            select (select consumer from outbox_job where archived_at is not null and consumer > past.consumer order by consumer limit 1)
            from past where past.consumer is not null
        ), lane as (
            select consumer from active where consumer is not null union select consumer from past where consumer is not null
        )
        select lane.consumer,
            (select visible_at from outbox_job where consumer = lane.consumer and archived_at is null and visible_at <= $1
                and (lease_until is null or lease_until < $1) order by visible_at, seq limit 1),
            exists (select from outbox_paused_lane as paused where paused.consumer = lane.consumer),
            newest.ended, newest.succeeded
        from lane, lateral (
            select count(*) as ended, count(*) filter (where status = 'success') as succeeded from (
                select status from outbox_job where consumer = lane.consumer and archived_at is not null
                order by finished_at desc limit {OutboxDiagnosis.JudgedJobs}) as ended
        ) as newest
        order by lane.consumer
        """;

    /// <summary>How many failed since $1.</summary>
    internal static readonly string Failed =
        $"select count(*) from (select from outbox_job where status = 'failed' and finished_at >= $1 limit {MostCounted}) as failed";

    private const string Nodes = "select name, clock_offset_ms from outbox_node where seen_at >= $1 order by name";

    public async Task<OutboxHealth> ExamineAsync(CancellationToken cancellationToken)
    {
        var now = node.Now;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(Lanes) { Parameters = { Sql.Time(now) } },
                new(Failed) { Parameters = { Sql.Time(now - Recent) } },
                new(Nodes) { Parameters = { Sql.Time(now - Alive) } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var lanes = await RowsAsync(reader, row => new LaneVitals(
            row.GetString(0), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1), row.GetBoolean(2), (int)row.GetInt64(3), (int)row.GetInt64(4)));
        var failed = await RowsAsync(reader, row => (int)row.GetInt64(0));
        var nodes = await RowsAsync(reader, row => new NodeVitals(row.GetString(0), TimeSpan.FromMilliseconds(row.GetInt32(1))));
        return OutboxDiagnosis.Of(new(lanes, failed[0], nodes), now);

        async Task<List<TRow>> RowsAsync<TRow>(NpgsqlDataReader rows, Func<NpgsqlDataReader, TRow> read)
        {
            var found = new List<TRow>();
            while (await rows.ReadAsync(cancellationToken))
            {
                found.Add(read(rows));
            }

            await rows.NextResultAsync(cancellationToken);
            return found;
        }
    }
}
