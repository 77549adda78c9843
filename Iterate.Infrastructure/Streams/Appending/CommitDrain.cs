using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Iterate.Infrastructure.Streams;

/// <summary>Ends a drain: inserts the events, moves the stream rows, counts types, enqueues work, commits. One round trip.</summary>
internal static class CommitDrain
{
    // Not "from unnest(…)", which would copy every row before the first is inserted.
    private const string InsertEvents = """
        insert into stream_event (stream, "offset", created_at, bytes, type, payload, metadata, source, idempotency_key)
        select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9)
        """;

    // What nearly every append changes, and nothing else: the statement of the hot path.
    private const string MoveStreams = """
        update stream s
        set head_offset = w.head_offset, bytes = s.bytes + w.bytes, last_event_at = w.last_event_at,
            breaker_level = w.breaker_level, breaker_refilled_at = w.breaker_refilled_at
        from unnest($1, $2, $3, $4, $5, $6) w(id, head_offset, bytes, last_event_at, breaker_level, breaker_refilled_at)
        where s.id = w.id
        """;

    // The same for rows nobody locked: if one of them is not as remembered, the division fails and with it everything.
    private const string MoveRemembered = """
        with moved as (
            update stream s
            set head_offset = w.head_offset, bytes = s.bytes + w.bytes, last_event_at = w.last_event_at,
                breaker_level = w.breaker_level, breaker_refilled_at = w.breaker_refilled_at
            from unnest($1, $2, $3, $4, $5, $6, $7) w(id, head_offset, bytes, last_event_at, breaker_level, breaker_refilled_at, row_version)
            where s.id = w.id and s.xmin = w.row_version
            returning 1
        )
        select 1 / (count(*) = $8)::integer from moved
        """;

    private const string ChangeStreams = """
        update stream s
        set head_offset = w.head_offset, bytes = s.bytes + w.bytes, last_event_at = w.last_event_at,
            breaker_level = w.breaker_level, breaker_refilled_at = w.breaker_refilled_at,
            title = w.title, paused_at_offset = w.paused_at_offset, pause_reason = w.pause_reason,
            breaker_burst = w.breaker_burst, breaker_refill = w.breaker_refill, breaker_tripped_at_offset = w.breaker_tripped_at_offset,
            details = coalesce(w.details, s.details), state_version = w.state_version
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) w(
            id, head_offset, bytes, last_event_at, breaker_level, breaker_refilled_at,
            title, paused_at_offset, pause_reason, breaker_burst, breaker_refill, breaker_tripped_at_offset, details, state_version)
        where s.id = w.id
        """;

    private const string CountTypes = """
        insert into stream_type_count as c (stream, type, count, last_offset)
        select * from unnest($1, $2, $3, $4)
        on conflict (stream, type) do update
        set count = c.count + excluded.count, last_offset = excluded.last_offset
        """;

    /// <summary>Writes what <paramref name="streams"/> took and commits.</summary>
    /// <param name="connection">The connection of the drain's transaction.</param>
    /// <param name="streams">Streams with at least one written event.</param>
    /// <param name="refused">Ids of new rows no batch was accepted for.</param>
    /// <param name="work">What must happen because of it.</param>
    /// <param name="beginNext">Another drain waits: its transaction begins with this commit.</param>
    /// <returns>Id of the transaction that was begun; null when there is none, or it failed to begin.</returns>
    public static async Task<string?> RunAsync(
        NpgsqlConnection connection, IReadOnlyList<DrainStream> streams, long[] refused, IEnumerable<OutboxInsert> work, bool beginNext)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = WriterSession.CommitSeconds };
        AddStreams(batch, streams);
        batch.BatchCommands.Add(EventsCommand(streams));
        batch.BatchCommands.Add(CountsCommand(streams));
        if (refused.Length > 0)
        {
            batch.BatchCommands.Add(new("delete from stream where id = any($1)") { Parameters = { Sql.Array(refused, id => id) } });
        }

        foreach (var insert in work)
        {
            batch.BatchCommands.Add(insert.Command());
        }

        batch.BatchCommands.Add(new("commit"));
        var written = batch.BatchCommands.Count;
        if (beginNext)
        {
            BeginDrain.AddBegin(batch);
        }

        await batch.PrepareAsync();
        try
        {
            var last = await LastValueAsync(batch);
            return beginNext ? (string)last! : null;
        }
        catch (PostgresException exception) when (exception.BatchCommand is { } failed && batch.BatchCommands.IndexOf(failed) >= written)
        {
            // Statements fail in their order: what comes before this one is committed.
            return null;
        }
    }

    private static async Task<object?> LastValueAsync(NpgsqlBatch batch)
    {
        await using var reader = await batch.ExecuteReaderAsync();
        object? last = null;
        do
        {
            while (await reader.ReadAsync())
            {
                last = reader.GetValue(0);
            }
        }
        while (await reader.NextResultAsync());

        return last;
    }

    private static NpgsqlBatchCommand EventsCommand(IReadOnlyList<DrainStream> streams)
    {
        (long Stream, StreamEvent Event, int Bytes)[] rows =
            [.. streams.SelectMany(stream => stream.Written, (stream, written) => (stream.Id, written.Event, written.Bytes))];
        return new(InsertEvents)
        {
            Parameters =
            {
                Sql.Array(rows, row => row.Stream),
                Sql.Array(rows, row => row.Event.Offset),
                Sql.TimeArray(rows, row => row.Event.CreatedAt),
                Sql.Array(rows, row => row.Bytes),
                Sql.Array(rows, row => row.Event.Type),
                Sql.JsonArray(rows, row => row.Event.Payload.Text),
                Sql.JsonArray(rows, row => row.Event.Metadata.Text),
                Sql.JsonArray(rows, row => row.Event.Source is { } source ? JsonSerializer.Serialize(source, ApiJson.Options) : null),
                Sql.Array(rows, row => row.Event.IdempotencyKey),
            },
        };
    }

    private static void AddStreams(NpgsqlBatch batch, IReadOnlyList<DrainStream> streams)
    {
        if (streams[0].RowVersion is not null)
        {
            // In the order of ids, as they are locked: no two nodes wait for each other.
            DrainStream[] ordered = [.. streams.OrderBy(stream => stream.Id)];
            var command = HotCommand(MoveRemembered, ordered);
            command.Parameters.Add(new NpgsqlParameter<uint[]> { TypedValue = [.. ordered.Select(stream => stream.RowVersion!.Value)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Xid });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = ordered.Length });
            batch.BatchCommands.Add(command);
            return;
        }

        DrainStream[] moved = [.. streams.Where(stream => !stream.IsChanged)];
        if (moved.Length > 0)
        {
            batch.BatchCommands.Add(HotCommand(MoveStreams, moved));
        }

        DrainStream[] changed = [.. streams.Where(stream => stream.IsChanged)];
        if (changed.Length > 0)
        {
            var command = HotCommand(ChangeStreams, changed);
            command.Parameters.Add(Sql.Array(changed, stream => stream.Tip.Title));
            command.Parameters.Add(Sql.Array(changed, stream => stream.Tip.PausedAtOffset));
            command.Parameters.Add(Sql.Array(changed, stream => stream.Tip.PauseReason));
            command.Parameters.Add(Sql.Array(changed, stream => stream.Tip.Breaker.BurstCapacity));
            command.Parameters.Add(Sql.Array(changed, stream => stream.Tip.Breaker.RefillPerMinute));
            command.Parameters.Add(Sql.Array(changed, stream => stream.Tip.Breaker.TrippedAtOffset));
            command.Parameters.Add(Sql.JsonArray(changed, stream => stream.DetailsChanged ? stream.Details!.ToJson() : null));
            command.Parameters.Add(Sql.Array(changed, stream => stream.Version));
            batch.BatchCommands.Add(command);
        }
    }

    private static NpgsqlBatchCommand HotCommand(string sql, DrainStream[] streams) => new(sql)
    {
        Parameters =
        {
            Sql.Array(streams, stream => stream.Id),
            Sql.Array(streams, stream => stream.Tip.HeadOffset),
            Sql.Array(streams, stream => stream.Written.Sum(written => (long)written.Bytes)),
            Sql.TimeArray(streams, stream => stream.Tip.LastEventAt),
            Sql.Array(streams, stream => stream.Tip.Breaker.Level),
            Sql.TimeArray(streams, stream => stream.Tip.Breaker.LastRefillAt),
        },
    };

    private static NpgsqlBatchCommand CountsCommand(IReadOnlyList<DrainStream> streams)
    {
        (long Stream, string Type, long Count, long LastOffset)[] rows =
        [
            .. streams.SelectMany(
                stream => stream.Written.GroupBy(written => written.Event.Type, StringComparer.Ordinal),
                (stream, ofType) => (stream.Id, ofType.Key, (long)ofType.Count(), ofType.Last().Event.Offset)),
        ];
        return new(CountTypes)
        {
            Parameters =
            {
                Sql.Array(rows, row => row.Stream),
                Sql.Array(rows, row => row.Type),
                Sql.Array(rows, row => row.Count),
                Sql.Array(rows, row => row.LastOffset),
            },
        };
    }
}
