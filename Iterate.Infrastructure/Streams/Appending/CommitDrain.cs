using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>Ends a drain: inserts the events, moves the stream rows, counts types, enqueues work, commits. One round trip.</summary>
internal static class CommitDrain
{
    private const string InsertEvents = """
        insert into stream_event (stream, "offset", created_at, bytes, type, payload, metadata, source, idempotency_key)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    // What nearly every append changes, and nothing else: the statement of the hot path.
    private const string MoveStreams = """
        update stream s
        set head_offset = w.head_offset, bytes = s.bytes + w.bytes, last_event_at = w.last_event_at,
            breaker_level = w.breaker_level, breaker_refilled_at = w.breaker_refilled_at
        from unnest($1, $2, $3, $4, $5, $6) w(id, head_offset, bytes, last_event_at, breaker_level, breaker_refilled_at)
        where s.id = w.id
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
    public static async Task RunAsync(
        NpgsqlConnection connection, IReadOnlyList<DrainStream> streams, long[] refused, IEnumerable<OutboxInsert> work)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = WriterSession.CommitSeconds };
        batch.BatchCommands.Add(EventsCommand(streams));
        AddStreams(batch, streams);
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
        await batch.PrepareAsync();
        await batch.ExecuteNonQueryAsync();
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
