using Npgsql;

namespace Iterate.Faults.Tests.Clusters;

/// <summary>Stops transactions in a phase, inside the database, until they are let through.</summary>
internal sealed class TransactionGate : IAsyncDisposable
{
    // It asks again and again: a wait for a lock would end with the lock timeout of the transaction.
    private const string Gate = """
        create or replace function pass_gate() returns trigger language plpgsql as $$
        begin
            while not pg_try_advisory_xact_lock_shared(4711, hashtext(tg_name)) loop
                perform pg_sleep(0.01);
            end loop;
            return new;
        end $$;
        """;

    // A lease is renewed 10 s after it was taken.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly NpgsqlDataSource _database;
    private readonly NpgsqlConnection _keeper;

    private TransactionGate(NpgsqlDataSource database, NpgsqlConnection keeper)
    {
        _database = database;
        _keeper = keeper;
    }

    /// <summary>Builds an open gate into a database, also where one was before.</summary>
    public static async Task<TransactionGate> BuildAsync(NpgsqlDataSource database, IEnumerable<Phase> phases)
    {
        var keeper = await database.OpenConnectionAsync();
        string[] triggers = [.. phases.Select(phase => $"""drop trigger if exists "{phase.Name}" on {phase.Table}; {phase.Trigger};""")];
        await using var command = new NpgsqlCommand(Gate + string.Join('\n', triggers), keeper);
        await command.ExecuteNonQueryAsync();
        return new(database, keeper);
    }

    /// <summary>Stops those that come to a phase from now on.</summary>
    public Task CloseAsync(Phase phase) => TellKeeperAsync($"select pg_advisory_lock(4711, hashtext('{phase.Name}'))");

    /// <summary>Lets all of them through.</summary>
    public Task OpenAsync() => TellKeeperAsync("select pg_advisory_unlock_all()");

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

    /// <summary>What became of a transaction: <c>committed</c>, <c>aborted</c>, or that it is in progress.</summary>
    public async Task<string> StatusAsync(string transaction)
    {
        await using var command = _database.CreateCommand($"select pg_xact_status('{transaction}'::xid8)");
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
