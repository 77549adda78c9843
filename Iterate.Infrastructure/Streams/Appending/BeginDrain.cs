using Iterate.Domain;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Begins a drain: takes the transaction's id, locks the rows of its streams in id order and looks up the idempotency
/// keys of its batches. One round trip.
/// </summary>
/// <remarks>
/// Each statement sees what was committed when it started, so the key lookup sees every event that was written before
/// the lock was granted.
/// </remarks>
internal sealed class BeginDrain
{
    private const string Lock = """
        select w.n::integer - 1, s.id, s.stream_id, s.head_offset, s.last_event_at, s.title, s.paused_at_offset, s.pause_reason
        from unnest($1, $2) with ordinality w(project_id, path, n)
        join stream s on s.project_id = w.project_id and s.path = w.path
        order by s.id
        for no key update of s
        """;

    // The plan is made when the table may be empty, and kept. As a plain join it could then read every event of the
    // stream for every key; fenced off, each key is one look into the index.
    private const string FindKeys = $"""
        select w.at, {EventColumns.Of}
        from unnest($1, $2, $3, $4) w(at, project_id, path, key)
        join stream s on s.project_id = w.project_id and s.path = w.path
        cross join lateral (select * from stream_event where stream = s.id and idempotency_key = w.key offset 0) e
        """;

    // An id that loses a race for its path is dropped; the lock that follows finds the winner's row.
    private const string Insert = """
        insert into stream (stream_id, project_id, path, parent_path, depth, announcement_pending)
        select w.stream_id, w.project_id, w.path, w.parent_path, w.depth, w.parent_path is not null
        from unnest($1, $2, $3, $4, $5) w(stream_id, project_id, path, parent_path, depth)
        order by w.project_id, w.path
        on conflict (project_id, path) do nothing
        """;

    /// <summary>Id of the transaction, by which its fate can be asked for.</summary>
    public string? TransactionId { get; private set; }

    /// <summary>Locks what exists of <paramref name="addresses"/>; the result has null for what does not.</summary>
    public async Task<DrainStream?[]> RunAsync(
        NpgsqlConnection connection, IReadOnlyList<StreamAddress> addresses, IReadOnlyList<(int At, string Key)> keys)
    {
        var streams = new DrainStream?[addresses.Count];
        await using var batch = new NpgsqlBatch(connection)
        {
            Timeout = WriterSession.LockSeconds,
            BatchCommands = { new("begin"), new("select pg_current_xact_id()::text"), LockCommand(addresses) },
        };
        AddKeyLookup(batch, addresses, keys);
        await batch.PrepareAsync();
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.ReadAsync();
        TransactionId = reader.GetString(0);
        await reader.NextResultAsync();
        await ReadStreamsAsync(reader, streams, newIds: null);
        await ReadKeysAsync(reader, streams);
        return streams;
    }

    /// <summary>Creates the rows that are missing, unless another node is quicker, and locks them.</summary>
    public static async Task CreateAsync(
        NpgsqlConnection connection, IReadOnlyList<StreamAddress> addresses, DrainStream?[] streams,
        List<int> missing, IReadOnlyList<(int At, string Key)> keys, TimeProvider time)
    {
        StreamAddress[] created = [.. missing.Select(at => addresses[at])];
        string[] ids = [.. created.Select(_ => TypeId.New("str", time))];
        (int, string)[] createdKeys = [.. keys.Select(key => (At: missing.IndexOf(key.At), key.Key)).Where(key => key.At >= 0)];
        await using var batch = new NpgsqlBatch(connection)
        {
            Timeout = WriterSession.LockSeconds,
            BatchCommands = { InsertCommand(created, ids), LockCommand(created) },
        };
        AddKeyLookup(batch, created, createdKeys);
        await batch.PrepareAsync();
        await using var reader = await batch.ExecuteReaderAsync();
        var found = new DrainStream?[created.Length];
        await ReadStreamsAsync(reader, found, ids);
        await ReadKeysAsync(reader, found);
        for (var index = 0; index < found.Length; index++)
        {
            streams[missing[index]] = found[index];
        }
    }

    private static NpgsqlBatchCommand LockCommand(IReadOnlyList<StreamAddress> addresses) => new(Lock)
    {
        Parameters =
        {
            Sql.Array(addresses, address => address.ProjectId),
            Sql.Array(addresses, address => address.Path.Value),
        },
    };

    private static NpgsqlBatchCommand InsertCommand(StreamAddress[] created, string[] ids) => new(Insert)
    {
        Parameters =
        {
            Sql.Array(ids, id => id),
            Sql.Array(created, address => address.ProjectId),
            Sql.Array(created, address => address.Path.Value),
            Sql.Array(created, address => address.Path.Parent?.Value),
            Sql.Array(created, address => (short)address.Path.Depth),
        },
    };

    private static void AddKeyLookup(NpgsqlBatch batch, IReadOnlyList<StreamAddress> addresses, IReadOnlyList<(int At, string Key)> keys)
    {
        if (keys.Count > 0)
        {
            batch.BatchCommands.Add(new(FindKeys)
            {
                Parameters =
                {
                    Sql.Array(keys, key => key.At),
                    Sql.Array(keys, key => addresses[key.At].ProjectId),
                    Sql.Array(keys, key => addresses[key.At].Path.Value),
                    Sql.Array(keys, key => key.Key),
                },
            });
        }
    }

    private static async Task ReadStreamsAsync(NpgsqlDataReader reader, DrainStream?[] streams, string[]? newIds)
    {
        while (await reader.ReadAsync())
        {
            var at = reader.GetInt32(0);
            var streamId = reader.GetString(2);
            streams[at] = new()
            {
                Id = reader.GetInt64(1),
                StreamId = streamId,
                IsNew = newIds is not null && string.Equals(newIds[at], streamId, StringComparison.Ordinal),
                Tip = new()
                {
                    HeadOffset = reader.GetInt64(3),
                    LastEventAt = reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
                    Title = reader.IsDBNull(5) ? null : reader.GetString(5),
                    PausedAtOffset = reader.IsDBNull(6) ? null : reader.GetInt64(6),
                    PauseReason = reader.IsDBNull(7) ? null : reader.GetString(7),
                },
            };
        }
    }

    private static async Task ReadKeysAsync(NpgsqlDataReader reader, DrainStream?[] streams)
    {
        if (await reader.NextResultAsync())
        {
            while (await reader.ReadAsync())
            {
                streams[reader.GetInt32(0)]!.KnowKey(EventColumns.Read(reader, 1).Event);
            }
        }
    }
}
