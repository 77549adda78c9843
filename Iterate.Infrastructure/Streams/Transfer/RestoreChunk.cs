using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Writes the lines of a chunk as the events they were, by binary COPY, and moves the row of the stream and the type
/// counts with them, all in the transaction of its caller (requirement S-124).
/// </summary>
internal sealed class RestoreChunk(NpgsqlConnection connection, ImportRow import)
{
    /// <summary>Copies rows into the log.</summary>
    public const string Copy = """
        copy stream_event (stream, "offset", created_at, bytes, type, payload, metadata, source, idempotency_key) from stdin (format binary)
        """;

    // The state is reduced when the import ends; until then the row knows no more than its head.
    private const string MoveStream = """
        update stream set head_offset = $2, bytes = bytes + $3, last_event_at = $4, state_version = 0 where id = $1 and import_id = $5
        """;

    private const string CountTypes = """
        insert into stream_type_count as c (stream, type, count, last_offset)
        select $1, t.type, t.count, t.last_offset from unnest($2, $3, $4) t(type, count, last_offset)
        on conflict (stream, type) do update set count = c.count + excluded.count, last_offset = excluded.last_offset
        """;

    private const string FindKeys = """
        select e.idempotency_key from unnest($2) k(key)
        cross join lateral (select * from stream_event where stream = $1 and idempotency_key = k.key offset 0) e
        """;

    private readonly Dictionary<string, (long Count, long LastOffset)> _types = new(StringComparer.Ordinal);

    /// <summary>Takes the lines of <paramref name="chunk"/> up to the first bad one.</summary>
    /// <param name="chunk">Whole lines.</param>
    /// <param name="repeated">A line whose key is known to be used before, where it stops at the latest.</param>
    /// <param name="cancellationToken">Gives up; the caller rolls back.</param>
    /// <exception cref="ApiException"><c>stream-deleted</c>.</exception>
    /// <exception cref="PostgresException">A key is used twice; the transaction is void and <see cref="FindRepeatedKeyAsync"/> says where.</exception>
    public async Task<ChunkProgress> WriteAsync(ReadOnlyMemory<byte> chunk, EventLineException? repeated, CancellationToken cancellationToken)
    {
        var progress = new ChunkProgress();
        var restore = new LogRestore(import.ProjectId, import.Path, import.HeadOffset, import.LastEventAt);
        var bytes = 0L;
        await using (var rows = await connection.BeginBinaryImportAsync(Copy, cancellationToken))
        {
            foreach (var (written, lineBytes) in Take(restore, chunk, repeated, progress))
            {
                if (written is not null)
                {
                    await WriteAsync(rows, import.Stream, written, cancellationToken);
                    bytes += written.Bytes;
                    progress.Events++;
                    Count(written.Event);
                }

                progress.Took(lineBytes);
            }

            await rows.CompleteAsync(cancellationToken);
        }

        if (progress.Events > 0)
        {
            await MoveAsync(restore, bytes, cancellationToken);
        }

        return progress;
    }

    /// <summary>The first line of the chunk whose key an earlier event of the log has.</summary>
    public async Task<EventLineException> FindRepeatedKeyAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        var restore = new LogRestore(import.ProjectId, import.Path, import.HeadOffset, import.LastEventAt);
        var progress = new ChunkProgress();
        var keys = new List<(long Line, string Key)>();
        foreach (var (written, _) in Take(restore, chunk, repeated: null, progress))
        {
            progress.Took(0);
            if (written?.Event.IdempotencyKey is { } key)
            {
                keys.Add((import.Lines + progress.Lines, key));
            }
        }

        var used = new HashSet<string>(StringComparer.Ordinal);
        await using (var command = new NpgsqlCommand(FindKeys, connection) { Parameters = { Query.Value(import.Stream), Sql.Array(keys, key => key.Key) } })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                used.Add(reader.GetString(0));
            }
        }

        var repeated = keys.First(key => !used.Add(key.Key));
        return new(repeated.Line, $"repeats the idempotency key '{repeated.Key}'.");
    }

    /// <summary>Writes one row of the log.</summary>
    public static async Task WriteAsync(NpgsqlBinaryImporter rows, long stream, WrittenEvent written, CancellationToken cancellationToken)
    {
        var (committed, bytes) = written;
        await rows.StartRowAsync(cancellationToken);
        await rows.WriteAsync(stream, NpgsqlDbType.Bigint, cancellationToken);
        await rows.WriteAsync(committed.Offset, NpgsqlDbType.Bigint, cancellationToken);
        await rows.WriteAsync(committed.CreatedAt.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
        await rows.WriteAsync(bytes, NpgsqlDbType.Integer, cancellationToken);
        await rows.WriteAsync(committed.Type, NpgsqlDbType.Text, cancellationToken);
        await WriteAsync(rows, committed.Payload.Text, NpgsqlDbType.Jsonb, cancellationToken);
        await WriteAsync(rows, committed.Metadata.Text, NpgsqlDbType.Jsonb, cancellationToken);
        await WriteAsync(rows, committed.Source is { } source ? JsonSerializer.Serialize(source, ApiJson.Options) : null, NpgsqlDbType.Jsonb, cancellationToken);
        await WriteAsync(rows, committed.IdempotencyKey, NpgsqlDbType.Text, cancellationToken);
    }

    private static Task WriteAsync(NpgsqlBinaryImporter rows, string? value, NpgsqlDbType type, CancellationToken cancellationToken) =>
        value is null ? rows.WriteNullAsync(cancellationToken) : rows.WriteAsync(value, type, cancellationToken);

    private IEnumerable<(WrittenEvent? Written, int Bytes)> Take(
        LogRestore restore, ReadOnlyMemory<byte> chunk, EventLineException? repeated, ChunkProgress progress)
    {
        foreach (var (json, bytes) in ImportLines.Split(chunk))
        {
            var line = import.Lines + progress.Lines + 1;
            if (line == repeated?.Line)
            {
                progress.Fault = repeated;
                yield break;
            }

            WrittenEvent? written;
            try
            {
                written = restore.Take(line, json.Span);
            }
            catch (EventLineException fault)
            {
                progress.Fault = fault;
                yield break;
            }

            yield return (written, bytes);
        }
    }

    private void Count(StreamEvent committed) =>
        _types[committed.Type] = (_types.GetValueOrDefault(committed.Type).Count + 1, committed.Offset);

    private async Task MoveAsync(LogRestore restore, long bytes, CancellationToken cancellationToken)
    {
        KeyValuePair<string, (long Count, long LastOffset)>[] types = [.. _types];
        await using var move = new NpgsqlCommand(MoveStream, connection)
        {
            Parameters =
            {
                Query.Value(import.Stream), Query.Value(restore.Head), Query.Value(bytes), Sql.Time(restore.LastEventAt!.Value), Sql.Text(import.Id),
            },
        };
        if (await move.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw Refusals.StreamDeleted();
        }

        await using var count = new NpgsqlCommand(CountTypes, connection)
        {
            Parameters =
            {
                Query.Value(import.Stream), Sql.Array(types, type => type.Key), Sql.Array(types, type => type.Value.Count), Sql.Array(types, type => type.Value.LastOffset),
            },
        };
        await count.ExecuteNonQueryAsync(cancellationToken);
    }
}
