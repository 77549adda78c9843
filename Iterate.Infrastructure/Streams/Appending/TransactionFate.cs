using Iterate.Infrastructure.Postgres;
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
/// <remarks>
/// An id of which nothing had reached the disk when the server crashed is given again, and then belongs to somebody
/// else. So what is committed under the id counts only if it left an event the transaction would have left.
/// </remarks>
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

    /// <summary>The fate of a transaction; asks until it is known, for ten seconds.</summary>
    /// <param name="transactionId">Its id.</param>
    /// <param name="stream">A stream it wrote.</param>
    public async Task<Fate> AskAsync(string transactionId, DrainStream stream)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        while (true)
        {
            try
            {
                if (await StatusAsync(transactionId, stream, patience.Token) is var status and not "in progress")
                {
                    // A status that was forgotten belongs to a transaction far older than our patience.
                    return status switch { "committed" => Fate.Committed, "aborted" => Fate.Aborted, _ => Fate.Unknown };
                }
            }
            catch (PostgresException refusal) when (refusal.SqlState is PostgresErrorCodes.InvalidParameterValue)
            {
                // The server crashed and has not come to the id again.
                return Fate.Aborted;
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

    private async Task<string?> StatusAsync(string transactionId, DrainStream stream, CancellationToken patience)
    {
        using var oneTry = new CancellationTokenSource(PatienceOfOneTry, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience, oneTry.Token);
        await using var connection = await dataSource.OpenConnectionAsync(either.Token);
        var written = stream.Written[0].Event;

        // In this order: the second statement sees whatever was committed when the first was answered.
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select pg_xact_status($1::text::xid8)") { Parameters = { Sql.Text(transactionId) } },
                new("""select exists (select from stream_event where stream = $1 and "offset" = $2 and created_at = $3 and type = $4)""")
                {
                    Parameters = { Sql.Number(stream.Id), Sql.Number(written.Offset), Sql.Time(written.CreatedAt), Sql.Text(written.Type) },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(either.Token);
        await reader.ReadAsync(either.Token);
        var status = reader.IsDBNull(0) ? null : reader.GetString(0);
        await reader.NextResultAsync(either.Token);
        await reader.ReadAsync(either.Token);
        return status is "committed" && !reader.GetBoolean(0) ? "aborted" : status;
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
