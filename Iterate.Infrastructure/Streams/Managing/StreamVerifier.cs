using System.Data;
using System.Globalization;
using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Compares what is kept beside a log with the log (requirement S-120), in one snapshot, so that appends may go on
/// meanwhile; a repair holds the row of the stream, so that they wait.
/// </summary>
internal static class StreamVerifier
{
    private const string Log = """
        select count(*), coalesce(max("offset"), 0), coalesce(sum(bytes), 0)::bigint, count(*) filter (where created_at < before), max(created_at)
        from (select "offset", bytes, created_at, lag(created_at) over (order by "offset") as before from stream_event where stream = $1) e
        """;

    private const string Types = """
        select coalesce(log.type, kept.type), kept.count, kept.last_offset, log.count, log.last_offset
        from (select type, count(*), max("offset") from stream_event where stream = $1 group by type) log(type, count, last_offset)
        full join (select type, count, last_offset from stream_type_count where stream = $1) kept(type, count, last_offset) on kept.type = log.type
        where (log.count, log.last_offset) is distinct from (kept.count, kept.last_offset)
        order by 1
        """;

    private const string RepairTypes = """
        with dropped as (delete from stream_type_count c where stream = $1
            and not exists (select from stream_event e where e.stream = $1 and e.type = c.type))
        insert into stream_type_count (stream, type, count, last_offset)
        select $1, type, count(*), max("offset") from stream_event where stream = $1 group by type
        on conflict (stream, type) do update set count = excluded.count, last_offset = excluded.last_offset
        """;

    private const string RepairRow = """
        update stream set head_offset = $2, bytes = $3, last_event_at = $4, title = $5, paused_at_offset = $6, pause_reason = $7,
            breaker_burst = $8, breaker_refill = $9, breaker_level = $10, breaker_refilled_at = null, breaker_tripped_at_offset = $11,
            details = $12::jsonb, state_version = $13
        where id = $1
        """;

    private sealed record LogFacts(long Count, long Head, long Bytes, long TimesGoneBack, DateTimeOffset? LastAt);

    private sealed record Kept(StateRow Row, long Bytes, StreamDetails? Details);

    /// <exception cref="ApiException"><c>not-found</c>, <c>stream-deleted</c>, <c>database-unavailable</c>.</exception>
    public static async Task<VerifyResponse> VerifyAsync(
        NpgsqlDataSource dataSource, string projectId, StreamPath path, bool repair, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(
                repair ? IsolationLevel.ReadCommitted : IsolationLevel.RepeatableRead, cancellationToken);
            var kept = await KeptAsync(connection, projectId, path, repair, cancellationToken)
                ?? throw await StreamRow.MissingAsync(dataSource, projectId, path, cancellationToken);
            var (facts, differences, state) = await CompareAsync(connection, kept, path, cancellationToken);
            var mends = repair && differences.Exists(difference => difference.Repairable);
            if (mends)
            {
                await RepairAsync(connection, kept.Row, facts, state, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }

            return new(facts.Count, differences, mends);
        }
        catch (NpgsqlException exception) when (Outages.IsOutage(exception))
        {
            throw Refusals.DatabaseUnavailable();
        }
    }

    private static async Task<(LogFacts Facts, List<StreamDifference> Differences, (StreamTip Tip, StreamDetails Details) State)> CompareAsync(
        NpgsqlConnection connection, Kept kept, StreamPath path, CancellationToken cancellationToken)
    {
        var facts = (await RowsAsync(connection, Log, [Query.Value(kept.Row.Id)], ReadFacts, cancellationToken))[0];
        var differences = new List<StreamDifference>();
        Compare("head", kept.Row.Tip.HeadOffset, facts.Head, repairable: true);
        Compare("bytes", kept.Bytes, facts.Bytes, repairable: true);
        Compare("gap", facts.Head, facts.Count, repairable: false);
        Compare("time", 0, facts.TimesGoneBack, repairable: false);
        differences.AddRange(await RowsAsync(connection, Types, [Query.Value(kept.Row.Id)], ReadType, cancellationToken));

        var there = kept.Row.Tip with { HeadOffset = facts.Head, LastEventAt = facts.LastAt };
        var state = await StateRebuild.ReduceAsync(connection, kept.Row.Id, there, path, cancellationToken);

        // What a newer version keeps there is not ours to judge (requirement S-111).
        state.Details = state.Details with { Unknown = kept.Details?.Unknown };
        var (keptState, logState) = (Comparable(kept.Row.Tip, kept.Details ?? StreamDetails.Empty), Comparable(state.Tip, state.Details));
        if (!keptState.ValueEquals(logState))
        {
            differences.Add(new("core-state", keptState.ToString(), logState.ToString(), Repairable: true));
        }

        return (facts, differences, state);

        void Compare(string of, long keptValue, long logValue, bool repairable)
        {
            if (keptValue != logValue)
            {
                differences.Add(new(of, Text(keptValue), Text(logValue), repairable));
            }
        }
    }

    // The level of the breaker is not to be had from core events, and head and time are compared by themselves.
    private static JsonText Comparable(StreamTip tip, StreamDetails details) => JsonText.From(new
    {
        tip.Title,
        tip.PausedAtOffset,
        tip.PauseReason,
        tip.Breaker.BurstCapacity,
        tip.Breaker.RefillPerMinute,
        tip.Breaker.TrippedAtOffset,
        Details = JsonText.FromTrusted(details.ToJson()),
    });

    private static async Task RepairAsync(
        NpgsqlConnection connection, StateRow row, LogFacts facts, (StreamTip Tip, StreamDetails Details) state, CancellationToken cancellationToken)
    {
        var (tip, details) = state;
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(RepairTypes) { Parameters = { Query.Value(row.Id) } },
                new(RepairRow)
                {
                    Parameters =
                    {
                        Query.Value(row.Id), Query.Value(facts.Head), Query.Value(facts.Bytes), Query.Value(facts.LastAt?.UtcDateTime),
                        Query.Value(tip.Title), Query.Value(tip.PausedAtOffset), Query.Value(tip.PauseReason),
                        Query.Value(tip.Breaker.BurstCapacity), Query.Value(tip.Breaker.RefillPerMinute), Query.Value(tip.Breaker.Level),
                        Query.Value(tip.Breaker.TrippedAtOffset), Query.Value(details.ToJson()), Query.Value(Math.Max(row.Version, StreamDetails.CurrentVersion)),
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<Kept?> KeptAsync(
        NpgsqlConnection connection, string projectId, StreamPath path, bool hold, CancellationToken cancellationToken)
    {
        var sql = $"select {StateColumns.Of}, s.bytes, s.details from stream s where s.project_id = $1 and s.path = $2 {(hold ? "for no key update" : "")}";
        var rows = await RowsAsync(
            connection, sql, [Query.Value(projectId), Query.Value(path.Value)],
            reader => new Kept(
                StateColumns.Read(reader, 0),
                reader.GetInt64(StateColumns.Count),
                reader.IsDBNull(StateColumns.Count + 1) ? null : ReadDetails(reader.GetString(StateColumns.Count + 1))),
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    // What cannot be read is no state, and that is what is to be found out.
    private static StreamDetails? ReadDetails(string json)
    {
        try
        {
            return StreamDetails.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static LogFacts ReadFacts(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3),
        reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4));

    private static StreamDifference ReadType(NpgsqlDataReader reader)
    {
        var type = reader.GetString(0);
        return new("type-count", Say(1), Say(3), Repairable: true);

        string Say(int at) => reader.IsDBNull(at) ? $"{type}: none" : $"{type}: {Text(reader.GetInt64(at))}, last at {Text(reader.GetInt64(at + 1))}";
    }

    private static async Task<List<TRow>> RowsAsync<TRow>(
        NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, TRow> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<TRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
