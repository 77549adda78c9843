using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Work on any number of rows in slices, each a transaction of its own that the database itself ends before its locks
/// are a second old (requirement S-136). It is sent as a whole, so a node that freezes holds nothing.
/// </summary>
internal sealed class ShortTransactions(NpgsqlDataSource dataSource)
{
    private const string Limit = "set local statement_timeout = '900ms'";

    /// <summary>Runs <paramref name="slice"/> until it finds no more rows or <paramref name="isOver"/> says so.</summary>
    /// <param name="slice">One statement for at most so many rows.</param>
    /// <param name="size">Rows of the first slice; one that takes too long is done in halves.</param>
    /// <param name="isOver">Asked after each slice, with the rows of that slice.</param>
    /// <param name="cancellationToken">Ends it between slices or in one, which then changes nothing.</param>
    /// <returns>Rows in all.</returns>
    public async Task<long> RunAsync(Func<int, NpgsqlBatchCommand> slice, int size, Func<int, bool> isOver, CancellationToken cancellationToken)
    {
        var total = 0L;
        while (true)
        {
            try
            {
                var rows = await RunAsync(slice(size), cancellationToken);
                total += rows;
                if (rows == 0 || isOver(rows))
                {
                    return total;
                }
            }
            catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.QueryCanceled && size > 1)
            {
                cancellationToken.ThrowIfCancellationRequested();
                size /= 2;
            }
        }
    }

    private async Task<int> RunAsync(NpgsqlBatchCommand slice, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new("begin"), new(Limit), slice, new("commit") } };
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
