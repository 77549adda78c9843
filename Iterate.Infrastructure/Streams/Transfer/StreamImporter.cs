using System.Runtime.CompilerServices;
using System.Text;
using Iterate.Domain;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Imports: a row each, locked for every step. A step and how far it came commit together, so after a crash the import
/// goes on behind the last line that was taken (requirements S-123 to S-128).
/// </summary>
internal sealed partial class StreamImporter(
    NpgsqlDataSource dataSource, EventLog log, LiveStreams live, OutboxInserts outbox, OutboxWakeUps wakeUps, TimeProvider time,
    StreamsMetrics metrics)
{
    /// <summary>Untouched for so long an import is cancelled (requirement S-128).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    private const int MaxChunkBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const string CreateStream = """
        insert into stream (stream_id, project_id, path, parent_path, depth, state_version, import_id) values ($1, $2, $3, $4, $5, 0, $6)
        on conflict (project_id, path) do nothing returning id, stream_id
        """;

    private const string TakeStream = """
        update stream set import_id = $3 where project_id = $1 and path = $2 and import_id is null returning id, stream_id
        """;

    private const string Insert = """
        insert into stream_import (import_id, project_id, path, stream, stream_id, mode, label, started_by, started_at, touched_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
        """;

    /// <summary>Starts an import, or goes on with the unfinished one of the same label.</summary>
    /// <exception cref="ApiException"><c>name-taken</c>, <c>stream-importing</c>, <c>database-unavailable</c>.</exception>
    public async Task<ImportStatus> StartAsync(string projectId, StreamPath path, ImportStartRequest request, string? by, CancellationToken cancellationToken)
    {
        if (await ImportRow.FindOpenAsync(dataSource, projectId, path, cancellationToken) is { } open)
        {
            return request.Label is not null && open.Label == request.Label && open.Mode == request.Mode
                ? open.Status
                : throw Refusals.StreamImporting(open.Id);
        }

        if (request.Mode == ImportMode.Append)
        {
            await log.EnsureStreamAsync(projectId, path.Value, cancellationToken);
        }

        var id = TypeId.New("imp", time);
        await InTransactionAsync(async connection =>
        {
            var (stream, streamId) = await ReserveAsync(connection, projectId, path, request.Mode, id, cancellationToken);
            var work = outbox.Prepare<ImportStarted>([new(new(projectId, id)) { ProjectId = projectId, VisibleAt = time.GetUtcNow() + Patience }]);
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new(Insert)
                    {
                        Parameters =
                        {
                            Sql.Text(id), Sql.Text(projectId), Sql.Text(path.Value), Query.Value(stream), Sql.Text(streamId),
                            Sql.Text(request.Mode.ToString().ToLowerInvariant()), Sql.Text(request.Label), Sql.Text(by), Sql.Time(time.GetUtcNow().ToMilliseconds()),
                        },
                    },
                    work.Command(),
                },
            };
            await batch.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }, cancellationToken);
        return (await ImportRow.FindAsync(dataSource, projectId, id, cancellationToken)).Status;
    }

    /// <summary>Takes a chunk.</summary>
    /// <exception cref="ApiException"><c>import-position</c>, <c>batch-too-large</c>, <c>invalid-state</c>, <c>stream-deleted</c>, <c>not-found</c>.</exception>
    public async Task<ImportStatus> TakeAsync(string projectId, ImportChunkRequest request, CancellationToken cancellationToken)
    {
        var chunk = Bytes(request.Body);
        EventLineException? repeated = null;
        while (true)
        {
            ImportRow? locked = null;
            try
            {
                var taken = await InTransactionAsync(async connection =>
                {
                    locked = await ImportRow.LockAsync(connection, projectId, request.Id, cancellationToken);
                    return await TakeAsync(connection, locked, request.FromLine, chunk, repeated, cancellationToken);
                }, cancellationToken);
                if (taken.Mode == ImportMode.Restore)
                {
                    metrics.Restored(taken.Events - locked!.Events);
                }

                var after = await ImportRow.FindAsync(dataSource, projectId, request.Id, cancellationToken);
                live.Hint(after.Stream, after.HeadOffset);
                return taken with { HeadOffset = after.HeadOffset };
            }
            catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.UniqueViolation } && repeated is null && locked is not null)
            {
                // Looking every key up before would cost what a restore of a million events saves; so only the rare one pays.
                await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
                repeated = await new RestoreChunk(connection, locked).FindRepeatedKeyAsync(chunk, cancellationToken);
            }
        }
    }

    /// <summary>Where an import is, and every change until it ends.</summary>
    /// <exception cref="ApiException"><c>not-found</c>.</exception>
    public async IAsyncEnumerable<ImportStatus> WatchAsync(string projectId, string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ImportStatus? sent = null;
        while (true)
        {
            var import = await ImportRow.FindAsync(dataSource, projectId, id, cancellationToken);
            if (import.Status != sent)
            {
                yield return sent = import.Status;
            }

            if (!import.IsOpen)
            {
                yield break;
            }

            await Task.Delay(WatchInterval, time, cancellationToken);
        }
    }

    private static byte[] Bytes(string body)
    {
        byte[] chunk;
        try
        {
            chunk = StrictUtf8.GetBytes(body);
        }
        catch (EncoderFallbackException)
        {
            throw ApiException.InvalidInput("body", "holds a lone surrogate");
        }

        return chunk.Length <= MaxChunkBytes
            ? chunk
            : throw new ApiException(ErrorCodes.BatchTooLarge, $"The chunk has {chunk.Length} bytes; at most {MaxChunkBytes} are allowed.")
            {
                Members = new Dictionary<string, object?>(StringComparer.Ordinal) { ["bytes"] = chunk.Length, ["limit"] = MaxChunkBytes },
            };
    }

    private static ApiException InvalidState(string detail) => new(ErrorCodes.InvalidState, detail);

    private static async Task<(long Id, string StreamId)> ReserveAsync(
        NpgsqlConnection connection, string projectId, StreamPath path, ImportMode mode, string importId, string streamId, CancellationToken cancellationToken)
    {
        await using var command = mode == ImportMode.Restore
            ? new NpgsqlCommand(CreateStream, connection)
            {
                Parameters =
                {
                    Sql.Text(streamId), Sql.Text(projectId), Sql.Text(path.Value), Sql.Text(path.Parent?.Value), Query.Value((short)path.Depth), Sql.Text(importId),
                },
            }
            : new NpgsqlCommand(TakeStream, connection) { Parameters = { Sql.Text(projectId), Sql.Text(path.Value), Sql.Text(importId) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetInt64(0), reader.GetString(1))
            : throw new ApiException(ErrorCodes.NameTaken, "There is a stream at this path; restore to another one, or append.");
    }

    private Task<(long Id, string StreamId)> ReserveAsync(
        NpgsqlConnection connection, string projectId, StreamPath path, ImportMode mode, string importId, CancellationToken cancellationToken) =>
        ReserveAsync(connection, projectId, path, mode, importId, TypeId.New("str", time), cancellationToken);

    private async Task<ImportStatus> TakeAsync(
        NpgsqlConnection connection, ImportRow import, long fromLine, byte[] chunk, EventLineException? repeated, CancellationToken cancellationToken)
    {
        var lines = ImportLines.Count(chunk);
        if (fromLine <= import.Lines && fromLine + lines - 1 <= import.Lines)
        {
            return import.Status;
        }

        if (!import.IsOpen)
        {
            throw InvalidState("The import has ended.");
        }

        if (fromLine != import.Lines + 1)
        {
            throw Refusals.ImportPosition(import.Lines + 1);
        }

        var progress = import.Mode == ImportMode.Restore
            ? await new RestoreChunk(connection, import).WriteAsync(chunk, repeated, cancellationToken)
            : await new AppendChunk(log, import).WriteAsync(chunk, cancellationToken);
        var after = import with
        {
            State = progress.Fault is null ? ImportState.Running : ImportState.Stopped,
            Lines = import.Lines + progress.Lines,
            Events = import.Events + progress.Events,
            Bytes = import.Bytes + progress.Bytes,
            ErrorLine = progress.Fault?.Line,
            Error = progress.Fault?.Reason,
            TouchedAt = time.GetUtcNow().ToMilliseconds(),
        };
        await SaveAsync(connection, after, [], cancellationToken);
        return after.Status;
    }

    private static async Task SaveAsync(NpgsqlConnection connection, ImportRow import, OutboxInsert[] work, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { import.Save() } };
        foreach (var insert in work)
        {
            batch.BatchCommands.Add(insert.Command());
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<T> InTransactionAsync<T>(Func<NpgsqlConnection, Task<T>> step, CancellationToken cancellationToken)
    {
        T result;
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            result = await step(connection);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (NpgsqlException exception) when (Outages.IsOutage(exception))
        {
            throw Refusals.DatabaseUnavailable();
        }

        // Whatever the step enqueued, and whoever follows the stream.
        wakeUps.Committed([AnnounceStream.Lane, RemoveEvents.Lane]);
        return result;
    }
}
