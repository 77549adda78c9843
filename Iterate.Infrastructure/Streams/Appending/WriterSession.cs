using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// The connection of one writer loop. It stays open, with its statements prepared, until it breaks; then the next
/// drain opens another.
/// </summary>
internal sealed class WriterSession(NpgsqlDataSource dataSource) : IAsyncDisposable
{
    /// <summary>Longest wait for row locks, in seconds. With the time it takes to cancel it stays within requirement S-45.</summary>
    public const int LockSeconds = 3;

    /// <summary>Longest wait for the writes and their commit, in seconds.</summary>
    public const int CommitSeconds = 5;

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(4);

    private NpgsqlConnection? _connection;
    private string? _begun;

    /// <summary>A connection is open from an earlier drain, so the server may have ended it meanwhile.</summary>
    public bool IsOpen => _connection is not null;

    /// <summary>Id of the transaction that was begun along with the commit before it; null for none.</summary>
    public string? Begun => _connection is null ? null : _begun;

    /// <summary>A transaction was begun, so that the next drain need not.</summary>
    public void Began(string? transactionId) => _begun = transactionId;

    /// <summary>The open connection.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">It did not answer in time.</exception>
    public async Task<NpgsqlConnection> OpenAsync()
    {
        if (_connection is not null)
        {
            return _connection;
        }

        using var timeout = new CancellationTokenSource(OpenTimeout);
        var connection = await dataSource.OpenConnectionAsync(timeout.Token);
        try
        {
            // Plans are for arrays of any length by key; planning each drain anew costs more than it finds. Tables
            // that are small when a plan is made grow while it is kept, so no plan may read a whole one. A node that
            // freezes in a transaction loses it, or its row locks would keep every other from writing those streams.
            await using var command = new NpgsqlCommand(
                "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set idle_in_transaction_session_timeout = '2s'", connection);
            await command.ExecuteNonQueryAsync(timeout.Token);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        return _connection = connection;
    }

    /// <summary>Ends the transaction without its writes; false when the connection is gone.</summary>
    public async Task<bool> TryRollbackAsync()
    {
        _begun = null;
        if (_connection is null)
        {
            return false;
        }

        try
        {
            await using var command = new NpgsqlCommand("rollback", _connection) { CommandTimeout = LockSeconds };
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            await CloseAsync();
            return false;
        }
        catch (InvalidOperationException)
        {
            await CloseAsync();
            return false;
        }
    }

    /// <summary>Gives the connection up; the server rolls back what was open.</summary>
    public async Task CloseAsync()
    {
        _begun = null;
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync();
}
