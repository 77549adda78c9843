using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>What became of a transaction whose commit was not answered (requirement S-44).</summary>
internal enum Fate
{
    /// <summary>It is in the log.</summary>
    Committed,

    /// <summary>It left nothing.</summary>
    Aborted,

    /// <summary>The database could not say within ten seconds.</summary>
    Unknown,
}

/// <summary>Asks the database for the fate of a transaction, on connections of its own.</summary>
internal sealed class TransactionFate(NpgsqlDataSource dataSource, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task<Fate> AskAsync(string transactionId)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        while (true)
        {
            try
            {
                if (await StatusAsync(transactionId, patience.Token) is var status and not "in progress")
                {
                    // A status that was forgotten belongs to a transaction far older than our patience.
                    return status switch { "committed" => Fate.Committed, "aborted" => Fate.Aborted, _ => Fate.Unknown };
                }
            }
            catch (NpgsqlException) when (!patience.IsCancellationRequested)
            {
                // Not back yet.
            }
            catch (OperationCanceledException)
            {
                return Fate.Unknown;
            }

            if (!await DelayAsync(patience.Token))
            {
                return Fate.Unknown;
            }
        }
    }

    private async Task<string?> StatusAsync(string transactionId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select pg_xact_status($1::text::xid8)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = transactionId });
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    private async Task<bool> DelayAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Pause, time, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
