using Npgsql;

namespace Iterate.Faults.Tests;

/// <summary>The outbox as it lies in the database.</summary>
internal sealed class OutboxJobs(NpgsqlDataSource database)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until every committed job has ended.</summary>
    /// <exception cref="TimeoutException">Some had not in time; it names them.</exception>
    public Task EndedAsync(TimeSpan within) => NoneAsync("archived_at is null", within);

    /// <summary>Waits until no job is of a kind.</summary>
    /// <param name="condition">SQL on <c>outbox_job</c>.</param>
    /// <param name="within">Longest wait.</param>
    public async Task NoneAsync(string condition, TimeSpan within)
    {
        using var late = new CancellationTokenSource(within);
        using var ticks = new PeriodicTimer(Pause);
        while (await CountAsync(condition) > 0)
        {
            try
            {
                await ticks.WaitForNextTickAsync(late.Token);
            }
            catch (OperationCanceledException cancelled)
            {
                throw new TimeoutException($"After {within.TotalSeconds:0} s: {await ListAsync(condition)}", cancelled);
            }
        }
    }

    /// <summary>How many jobs are of a kind.</summary>
    public Task<int> CountAsync(string condition) => NumberAsync($"select count(*)::integer from outbox_job where {condition}");

    /// <summary>How many events have a name.</summary>
    public Task<int> EventsAsync(string name) => NumberAsync($"select count(*)::integer from outbox_event where name = '{name}'");

    /// <summary>Every job: its event, how often it succeeded, and how it ended.</summary>
    public async Task<IReadOnlyList<OutboxJobRow>> AllAsync()
    {
        await using var command = database.CreateCommand("""
            select event_id, consumer, status, read_count,
                (select count(*)::integer from unnest(results) as result where result ->> 'outcome' in ('success', 'skipped')),
                results[cardinality(results)] ->> 'code'
            from outbox_job join outbox_event on outbox_event.seq = event_seq
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<OutboxJobRow>();
        while (await reader.ReadAsync())
        {
            rows.Add(new(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt32(4),
                reader.IsDBNull(5) ? null : reader.GetString(5)));
        }

        return rows;
    }

    /// <summary>Nodes that have said they have a consumer.</summary>
    public Task<IReadOnlyList<string>> NodesWithAsync(string consumer) =>
        NamesAsync("select name from outbox_node where $1 = any(consumers)", consumer);

    /// <summary>Nodes that made an attempt at a job of a consumer.</summary>
    public Task<IReadOnlyList<string>> NodesThatRanAsync(string consumer) =>
        NamesAsync("select distinct result ->> 'node' from outbox_job, unnest(results) as result where consumer = $1", consumer);

    private async Task<int> NumberAsync(string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (int)(await command.ExecuteScalarAsync())!;
    }

    private async Task<IReadOnlyList<string>> NamesAsync(string sql, string consumer)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = consumer });
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private async Task<string> ListAsync(string condition)
    {
        await using var command = database.CreateCommand($"""
            select coalesce(string_agg(consumer || ' ' || status || ' ' || read_count || ' until ' || coalesce(lease_until::text, '-'), '; '), 'none')
            from (select * from outbox_job where {condition} limit 20) as job
            """);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}

/// <summary>A job and its results.</summary>
internal sealed record OutboxJobRow(string EventId, string Consumer, string Status, int ReadCount, int Successes, string? LastCode);
