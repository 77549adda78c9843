using Iterate.Domain;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Begins a drain: takes the transaction's id, locks the rows of its streams in id order and looks up the idempotency
/// keys of its batches. One round trip, and another for streams that are not there.
/// </summary>
/// <remarks>
/// Each statement sees what was committed when it started, so the key lookup sees every event that was written before
/// the lock was granted.
/// </remarks>
/// <param name="connection">The connection of the writer loop.</param>
/// <param name="drain">What is to be written.</param>
/// <param name="begun">Id of the transaction that is open on it already; null for none.</param>
internal sealed class BeginDrain(NpgsqlConnection connection, Drain drain, string? begun)
{
    // Details are read only for batches that may change them.
    private const string Lock = $"""
        select w.n::integer - 1, {StateColumns.Of}, case when w.with_details then s.details end, s.import_id
        from unnest($1, $2, $3) with ordinality w(project_id, path, with_details, n)
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

    private const string FindTombstones = """
        select distinct w.n::integer - 1
        from unnest($1, $2) with ordinality w(project_id, path, n)
        join stream_tombstone t on t.project_id = w.project_id and t.path = w.path
        """;

    // An id that loses a race for its path is dropped; the lock that follows finds the winner's row. What was deleted
    // stays so unless a batch says otherwise.
    private const string Insert = """
        insert into stream (stream_id, project_id, path, parent_path, depth, state_version)
        select w.stream_id, w.project_id, w.path, w.parent_path, w.depth, $6
        from unnest($1, $2, $3, $4, $5, $7) w(stream_id, project_id, path, parent_path, depth, recreate)
        where w.recreate or not exists (select from stream_tombstone t where t.project_id = w.project_id and t.path = w.path)
        order by w.project_id, w.path
        on conflict (project_id, path) do nothing
        """;

    /// <summary>Id of the transaction, by which its fate can be asked for.</summary>
    public string? TransactionId { get; private set; } = begun;

    /// <summary>Locks the streams of the drain and creates those that are missing and may be.</summary>
    public async Task<DrainStreams> RunAsync(TimeProvider time)
    {
        var streams = new DrainStreams(drain.Targets.Count);
        await LockAsync(streams);
        int[] missing = [.. Enumerable.Range(0, drain.Targets.Count).Where(at => streams.Found[at] is null)];
        if (missing.Length > 0)
        {
            await CreateAsync(streams, missing, time);
        }

        foreach (var stale in streams.Found.OfType<DrainStream>().Where(stream => stream.Version < StreamDetails.CurrentVersion))
        {
            await StateRebuild.RunAsync(connection, stale);
        }

        return streams;
    }

    private async Task LockAsync(DrainStreams streams)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = WriterSession.LockSeconds };
        var begins = TransactionId is null;
        if (begins)
        {
            AddBegin(batch);
        }

        batch.BatchCommands.Add(LockCommand(drain.Targets));
        AddKeyLookup(batch, drain.Keys);
        await batch.PrepareAsync();
        await using var reader = await batch.ExecuteReaderAsync();
        if (begins)
        {
            await reader.ReadAsync();
            TransactionId = reader.GetString(0);
            await reader.NextResultAsync();
        }

        await ReadStreamsAsync(reader, streams, at => at, isNew: null);
        await ReadKeysAsync(reader, streams);
    }

    /// <summary>Begins a transaction; its one result is the id, taken at once so that its fate can be asked for.</summary>
    public static void AddBegin(NpgsqlBatch batch)
    {
        batch.BatchCommands.Add(new("begin"));
        batch.BatchCommands.Add(new("select pg_current_xact_id()::text"));
    }

    private async Task CreateAsync(DrainStreams streams, int[] missing, TimeProvider time)
    {
        DrainTarget[] targets = [.. missing.Select(at => drain.Targets[at])];
        DrainTarget[] created = [.. targets.Where(target => target.MayCreate)];
        string[] ids = [.. created.Select(_ => TypeId.New("str", time))];
        (int, string)[] keys = [.. drain.Keys.Where(key => missing.Contains(key.At))];
        await using var batch = new NpgsqlBatch(connection)
        {
            Timeout = WriterSession.LockSeconds,
            BatchCommands = { TombstonesCommand(targets), InsertCommand(created, ids), LockCommand(targets) },
        };
        AddKeyLookup(batch, keys);
        await batch.PrepareAsync();
        await using var reader = await batch.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            streams.Deleted.Add(missing[reader.GetInt32(0)]);
        }

        await reader.NextResultAsync();
        await ReadStreamsAsync(reader, streams, at => missing[at], ids.ToHashSet(StringComparer.Ordinal));
        await ReadKeysAsync(reader, streams);
    }

    private static NpgsqlBatchCommand LockCommand(IReadOnlyList<DrainTarget> targets) => new(Lock)
    {
        Parameters =
        {
            Sql.Array(targets, target => target.Address.ProjectId),
            Sql.Array(targets, target => target.Address.Path.Value),
            Sql.Array(targets, target => target.NeedsDetails),
        },
    };

    private static NpgsqlBatchCommand TombstonesCommand(DrainTarget[] targets) => new(FindTombstones)
    {
        Parameters =
        {
            Sql.Array(targets, target => target.Address.ProjectId),
            Sql.Array(targets, target => target.Address.Path.Value),
        },
    };

    private static NpgsqlBatchCommand InsertCommand(DrainTarget[] created, string[] ids) => new(Insert)
    {
        Parameters =
        {
            Sql.Array(ids, id => id),
            Sql.Array(created, target => target.Address.ProjectId),
            Sql.Array(created, target => target.Address.Path.Value),
            Sql.Array(created, target => target.Address.Path.Parent?.Value),
            Sql.Array(created, target => (short)target.Address.Path.Depth),
            new NpgsqlParameter<short> { TypedValue = StreamDetails.CurrentVersion },
            Sql.Array(created, target => target.MayRecreate),
        },
    };

    private void AddKeyLookup(NpgsqlBatch batch, IReadOnlyList<(int At, string Key)> keys)
    {
        if (keys.Count > 0)
        {
            batch.BatchCommands.Add(new(FindKeys)
            {
                Parameters =
                {
                    Sql.Array(keys, key => key.At),
                    Sql.Array(keys, key => drain.Targets[key.At].Address.ProjectId),
                    Sql.Array(keys, key => drain.Targets[key.At].Address.Path.Value),
                    Sql.Array(keys, key => key.Key),
                },
            });
        }
    }

    private async Task ReadStreamsAsync(NpgsqlDataReader reader, DrainStreams streams, Func<int, int> place, HashSet<string>? isNew)
    {
        while (await reader.ReadAsync())
        {
            var at = place(reader.GetInt32(0));
            var state = StateColumns.Read(reader, 1);
            var created = isNew?.Contains(state.StreamId) is true;
            streams.Found[at] = new()
            {
                Id = state.Id,
                StreamId = state.StreamId,
                Address = drain.Targets[at].Address,
                IsNew = created,
                WasDeleted = streams.Deleted.Contains(at),
                ImportId = reader.IsDBNull(StateColumns.Count + 2) ? null : reader.GetString(StateColumns.Count + 2),
                Version = state.Version,
                Tip = state.Tip,
                Details = created ? StreamDetails.Empty
                    : reader.IsDBNull(StateColumns.Count + 1) ? null
                    : StreamDetails.Parse(reader.GetString(StateColumns.Count + 1)),
            };
        }
    }

    private static async Task ReadKeysAsync(NpgsqlDataReader reader, DrainStreams streams)
    {
        if (await reader.NextResultAsync())
        {
            while (await reader.ReadAsync())
            {
                streams.Found[reader.GetInt32(0)]!.KnowKey(EventColumns.Read(reader, 1).Event);
            }
        }
    }
}

/// <summary>The streams of a drain, by their place among its targets.</summary>
internal sealed class DrainStreams(int count)
{
    /// <summary>Locked rows; null for what is not there.</summary>
    public DrainStream?[] Found { get; } = new DrainStream?[count];

    /// <summary>Places where a stream was deleted.</summary>
    public HashSet<int> Deleted { get; } = [];
}
