using System.Diagnostics;
using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Outbox;
using Npgsql;

namespace Iterate.Bench;

/// <summary>How long a person waits for a page out of very many archived jobs.</summary>
internal static class OutboxArchiveBench
{
    private const int Pages = 40;
    private const int OneFailsOf = 5_000;
    private const int Batch = 100_000;

    /// <summary>Removes what earlier measurements left.</summary>
    public static async Task EmptyAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand("truncate outbox_job, outbox_event, outbox_dedup_key");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes so many archived jobs with their events, as they lie after weeks.</summary>
    public static async Task FillAsync(BenchNode node, int jobs, CancellationToken cancellationToken)
    {
        for (var written = 0; written < jobs; written += Batch)
        {
            var (first, last) = (written + 1, Math.Min(written + Batch, jobs));
            await ExecuteAsync(node, string.Create(CultureInfo.InvariantCulture, $$"""
                with fact as (
                    insert into outbox_event (event_id, name, payload, context, created_at)
                    select 'obe_' || lpad(number::text, 26, '0'), 'bench/archived', jsonb_build_object('number', number), '{}', now() - interval '1 day' + number * interval '10 ms'
                    from generate_series({{first}}, {{last}}) as number
                    returning seq, created_at, (payload ->> 'number')::integer as number
                )
                insert into outbox_job (job_id, event_seq, consumer, status, visible_at, read_count, max_attempts, finished_at, archived_at, started_at, results)
                select 'obj_' || lpad(number::text, 26, '0'), seq, 'archivist', case when number % {{OneFailsOf}} = 0 then 'failed' else 'success' end,
                    created_at, 1, 6, created_at, created_at, created_at,
                    array[jsonb_build_object('attempt', 1, 'outcome', 'success', 'text', 'done', 'node', 'bench', 'startedAt', '2026-01-01T00:00:00.000Z', 'durationMs', 1)]
                from fact
                """), cancellationToken);
        }

        await ExecuteAsync(node, "vacuum analyze outbox_event", cancellationToken);
        await ExecuteAsync(node, "vacuum analyze outbox_job", cancellationToken);
    }

    /// <summary>Milliseconds of half of the pages that a person turns.</summary>
    public static async Task<double> ListAsync(BenchNode node, OutboxStatus? status, CancellationToken cancellationToken)
    {
        var service = node.Get<OutboxService>();
        var times = new List<double>();
        string? cursor = null;
        for (var page = 0; page < Pages; page++)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await service.ListEventsAsync(new() { Cursor = cursor, ConsumerStatus = status }, cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            cursor = answer.NextCursor;
        }

        return Percentiles.Of(times, 0.50);
    }

    private static async Task ExecuteAsync(BenchNode node, string sql, CancellationToken cancellationToken)
    {
        await using var command = node.DataSource.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
