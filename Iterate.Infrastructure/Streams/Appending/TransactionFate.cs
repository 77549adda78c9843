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
/// <param name="dataSource">The database.</param>
/// <param name="time">The node's clock.</param>
/// <param name="unreachable">
/// Told after every try that found no database, so that nobody waits in a queue behind the question (requirement S-45).
/// </param>
internal sealed class TransactionFate(NpgsqlDataSource dataSource, TimeProvider time, Action unreachable)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PatienceOfOneTry = TimeSpan.FromSeconds(2);
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
            catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException)
            {
                unreachable();
            }

            if (!await DelayAsync(patience.Token))
            {
                return Fate.Unknown;
            }
        }
    }

    private async Task<string?> StatusAsync(string transactionId, CancellationToken patience)
    {
        using var oneTry = new CancellationTokenSource(PatienceOfOneTry, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience, oneTry.Token);
        await using var command = dataSource.CreateCommand("select pg_xact_status($1::text::xid8)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = transactionId });
        return await command.ExecuteScalarAsync(either.Token) as string;
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
