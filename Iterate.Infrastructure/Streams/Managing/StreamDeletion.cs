using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Deletes streams: their rows become tombstones in one transaction, so that every append that waits for a row finds it
/// gone, and the outbox takes the events away (requirements S-117 and S-118).
/// </summary>
internal sealed class StreamDeletion(NpgsqlDataSource dataSource, OutboxInserts outbox, OutboxWakeUps wakeUps, TimeProvider time)
{
    private const int Slice = 1_000;

    // '0' follows '/' in byte order, so the two bounds hold exactly what lies below the path.
    private const string LockTree = """
        select id, stream_id, path from stream
        where project_id = $1 and (path = $2 or (path > $2 || '/' and path < $2 || '0'))
        order by id for update
        """;

    private const string Bury = """
        with gone as (delete from stream where id = any($1) returning id, stream_id, project_id, path, head_offset)
        insert into stream_tombstone (stream_id, id, project_id, path, head_offset, deleted_at, deleted_by)
        select stream_id, id, project_id, path, head_offset, $2, $3 from gone
        """;

    /// <summary>Deletes a stream, and with <paramref name="cascade"/> all below it.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="ApiException"><c>not-found</c>, <c>stream-deleted</c>, <c>stream-has-children</c>, <c>database-unavailable</c>.</exception>
    public async Task<int> DeleteAsync(string projectId, StreamPath path, bool cascade, string? by, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var tree = await LockAsync(connection, projectId, path, cancellationToken);
            if (!tree.Exists(stream => string.Equals(stream.Path, path.Value, StringComparison.Ordinal)))
            {
                throw await StreamRow.MissingAsync(dataSource, projectId, path, cancellationToken);
            }

            if (tree.Count > 1 && !cascade)
            {
                throw new ApiException(ErrorCodes.StreamHasChildren, $"There are {tree.Count - 1} streams below; delete them with it or not at all.");
            }

            foreach (var slice in tree.Chunk(Slice))
            {
                await BuryAsync(connection, projectId, slice, by, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            wakeUps.Committed([RemoveEvents.Lane]);
            return tree.Count;
        }
        catch (NpgsqlException exception) when (Outages.IsOutage(exception))
        {
            throw Refusals.DatabaseUnavailable();
        }
    }

    private static async Task<List<(long Id, string StreamId, string Path)>> LockAsync(
        NpgsqlConnection connection, string projectId, StreamPath path, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LockTree, connection) { Parameters = { Sql.Text(projectId), Sql.Text(path.Value) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tree = new List<(long, string, string)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            tree.Add((reader.GetInt64(0), reader.GetString(1), reader.GetString(2)));
        }

        return tree;
    }

    private async Task BuryAsync(
        NpgsqlConnection connection, string projectId, (long Id, string StreamId, string Path)[] slice, string? by, CancellationToken cancellationToken)
    {
        var work = outbox.Prepare([.. slice.Select(stream => new OutboxDraft<StreamDeleted>(new(stream.Id, stream.StreamId)) { ProjectId = projectId })]);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(Bury) { Parameters = { Sql.Array(slice, stream => stream.Id), Sql.Time(time.GetUtcNow()), Sql.Text(by) } },
                work.Command(),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
