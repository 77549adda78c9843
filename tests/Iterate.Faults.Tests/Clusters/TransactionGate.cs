using Iterate.Faults.Tests.Load;
using Npgsql;

namespace Iterate.Faults.Tests.Clusters;

/// <summary>Where a transaction that appends is stopped.</summary>
internal enum Phase
{
    /// <summary>Its rows are locked and its events decided; none is written.</summary>
    BeforeInsert,

    /// <summary>Its events are written; the rest is not.</summary>
    AfterInsert,

    /// <summary>All is written and its commit has begun.</summary>
    Commit,
}

/// <summary>Stops the transaction of a marked event in a phase, inside the database, until it is let through.</summary>
internal sealed class TransactionGate : IAsyncDisposable
{
    /// <summary>Events of a batch.</summary>
    public const int BatchLength = 3;

    // It asks again and again: a wait for a lock would end with the lock timeout of the transaction.
    private const string Gate = """
        create or replace function pass_gate() returns trigger language plpgsql as $$
        begin
            while not pg_try_advisory_xact_lock_shared(4711) loop
                perform pg_sleep(0.01);
            end loop;
            return new;
        end $$;
        create or replace trigger gate_before before insert on stream_event for each row
            when (new.payload ->> 'id' like 'BeforeInsert %') execute function pass_gate();
        create or replace trigger gate_after after insert on stream_event for each row
            when (new.payload ->> 'id' like 'AfterInsert %') execute function pass_gate();
        drop trigger if exists gate_commit on stream_event;
        create constraint trigger gate_commit after insert on stream_event deferrable initially deferred for each row
            when (new.payload ->> 'id' like 'Commit %') execute function pass_gate();
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly NpgsqlDataSource _database;
    private readonly NpgsqlConnection _keeper;

    private TransactionGate(NpgsqlDataSource database, NpgsqlConnection keeper)
    {
        _database = database;
        _keeper = keeper;
    }

    /// <summary>Builds an open gate into a database, also where one was before.</summary>
    public static async Task<TransactionGate> BuildAsync(NpgsqlDataSource database)
    {
        var keeper = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(Gate, keeper);
        await command.ExecuteNonQueryAsync();
        return new(database, keeper);
    }

    /// <summary>A batch for a new stream that is stopped in a phase while the gate is closed; not yet acknowledged.</summary>
    public static Acknowledged Batch(Phase phase, int round) => new(
        $"{AppendLoad.NewStreams}/gate-{round}", [.. Enumerable.Range(0, BatchLength).Select(part => $"{phase} {round}-{part}")], Offsets: [], Keyed: true);

    public Task CloseAsync() => TellKeeperAsync("select pg_advisory_lock(4711)");

    public Task OpenAsync() => TellKeeperAsync("select pg_advisory_unlock(4711)");

    /// <summary>Waits until a transaction stands at the gate.</summary>
    /// <returns>The process of its backend.</returns>
    public async Task<int> ReachedAsync()
    {
        int? backend = null;
        await UntilAsync(async () => (backend = await AtGateAsync()) is not null);
        return backend!.Value;
    }

    /// <summary>The id of the transaction of a backend.</summary>
    public async Task<string> TransactionAsync(int backend)
    {
        // A cluster of one test never comes to the ids for which 32 bits are too few.
        await using var command = _database.CreateCommand($"select backend_xid::text from pg_stat_activity where pid = {backend}");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Ends the transaction that stands there without its writes, as a crash of its backend would.</summary>
    public async Task EndAsync(int backend)
    {
        await using var command = _database.CreateCommand($"select pg_terminate_backend({backend})");
        await command.ExecuteScalarAsync();
    }

    /// <summary>Waits until a backend is gone, so that what it did is decided.</summary>
    public Task GoneAsync(int backend) => UntilAsync(async () =>
    {
        await using var command = _database.CreateCommand($"select exists (select from pg_stat_activity where pid = {backend})");
        return !(bool)(await command.ExecuteScalarAsync())!;
    });

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _keeper.DisposeAsync();

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var late = new CancellationTokenSource(Patience);
        using var ticks = new PeriodicTimer(Pause);
        while (!await holds())
        {
            await ticks.WaitForNextTickAsync(late.Token);
        }
    }

    private async Task<int?> AtGateAsync()
    {
        await using var command = _database.CreateCommand("""
            select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep' and xact_start is not null limit 1
            """);
        return await command.ExecuteScalarAsync() as int?;
    }

    private async Task TellKeeperAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _keeper);
        await command.ExecuteScalarAsync();
    }
}
