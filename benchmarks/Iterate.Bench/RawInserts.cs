using System.Diagnostics;
using NpgsqlTypes;
using Npgsql;

namespace Iterate.Bench;

/// <summary>
/// What PostgreSQL does without us: the same rows into a table with the same columns and indexes, and nothing else; no
/// stream row, no counts, no checks.
/// </summary>
internal sealed class RawInserts(NpgsqlDataSource dataSource)
{
    private const string Insert = """
        insert into raw_stream_event (stream, "offset", created_at, bytes, type, payload)
        select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6)
        """;

    private const string InsertOne = """
        insert into raw_stream_event (stream, "offset", created_at, bytes, type, payload) values ($1, $2, $3, $4, $5, $6)
        """;

    // Each connection of each run writes a stream of its own.
    private long _streams;

    /// <summary>Makes the table anew.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "drop table if exists raw_stream_event; create table raw_stream_event (like stream_event including all)");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Removes it.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("drop table if exists raw_stream_event");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Rows per second with one INSERT a commit.</summary>
    public Task<double> OneByOneAsync(int connections, TimeSpan length, CancellationToken cancellationToken) =>
        RunAsync(connections, length, OneAsync, cancellationToken);

    /// <summary>Rows per second with so many rows a commit.</summary>
    public Task<double> InBatchesAsync(int connections, int rows, TimeSpan length, CancellationToken cancellationToken) =>
        RunAsync(connections, length, (connection, stream) => new Batches(rows).Command(connection, stream), cancellationToken);

    private async Task<double> RunAsync(
        int connections, TimeSpan length,
        Func<NpgsqlConnection, long, (NpgsqlCommand Command, Func<long, int> Next)> prepare, CancellationToken cancellationToken)
    {
        var open = new SemaphoreSlim(0);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, connections).Select(_ => Task.Run(
            async () =>
            {
                await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
                var (command, next) = prepare(connection, Interlocked.Increment(ref _streams));
                await using var owned = command;
                next(1);
                await command.PrepareAsync(cancellationToken);
                open.Release();
                await started.Task;
                var rows = 0L;
                while (!stop.IsCancellationRequested)
                {
                    var written = next(rows + 1);
                    await command.ExecuteNonQueryAsync(cancellationToken);
                    rows += written;
                }

                return rows;
            },
            cancellationToken)).ToArray();
        for (var client = 0; client < connections; client++)
        {
            await open.WaitAsync(cancellationToken);
        }

        var clock = Stopwatch.StartNew();
        started.SetResult();
        await Task.Delay(length, cancellationToken);
        await stop.CancelAsync();
        var total = (await Task.WhenAll(clients)).Sum();
        return total / clock.Elapsed.TotalSeconds;
    }

    private static (NpgsqlCommand Command, Func<long, int> Next) OneAsync(NpgsqlConnection connection, long stream)
    {
        var offset = new NpgsqlParameter<long>();
        var createdAt = new NpgsqlParameter<DateTime>();
        var bytes = new NpgsqlParameter<int>();
        var payload = new NpgsqlParameter<string> { NpgsqlDbType = NpgsqlDbType.Jsonb };
        var command = new NpgsqlCommand(InsertOne, connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = stream }, offset, createdAt, bytes, new NpgsqlParameter<string> { TypedValue = SampleEvent.Type }, payload },
        };
        return (command, next =>
        {
            offset.TypedValue = next;
            createdAt.TypedValue = DateTime.UtcNow;
            payload.TypedValue = SampleEvent.Payload(next);
            bytes.TypedValue = payload.TypedValue.Length;
            return 1;
        });
    }

    private sealed class Batches(int rows)
    {
        public (NpgsqlCommand Command, Func<long, int> Next) Command(NpgsqlConnection connection, long stream)
        {
            var streams = new NpgsqlParameter<long[]> { TypedValue = [.. Enumerable.Repeat(stream, rows)] };
            var offsets = new NpgsqlParameter<long[]>();
            var createdAt = new NpgsqlParameter<DateTime[]>();
            var bytes = new NpgsqlParameter<int[]>();
            var types = new NpgsqlParameter<string[]> { TypedValue = [.. Enumerable.Repeat(SampleEvent.Type, rows)] };
            var payloads = new NpgsqlParameter<string[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };
            var command = new NpgsqlCommand(Insert, connection) { Parameters = { streams, offsets, createdAt, bytes, types, payloads } };
            return (command, first =>
            {
                var now = DateTime.UtcNow;
                offsets.TypedValue = [.. Enumerable.Range(0, rows).Select(row => first + row)];
                createdAt.TypedValue = [.. Enumerable.Repeat(now, rows)];
                payloads.TypedValue = [.. offsets.TypedValue.Select(SampleEvent.Payload)];
                bytes.TypedValue = [.. payloads.TypedValue.Select(payload => payload.Length)];
                return rows;
            });
        }
    }
}
