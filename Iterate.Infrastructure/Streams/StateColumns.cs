using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>A row of <c>stream</c> without its details.</summary>
internal sealed record StateRow(long Id, string StreamId, short Version, StreamTip Tip);

/// <summary>How the columns of the core state are read, the same in every query.</summary>
internal static class StateColumns
{
    /// <summary>The columns, of a table named <c>s</c>.</summary>
    public const string Of = """
        s.id, s.stream_id, s.state_version, s.head_offset, s.last_event_at, s.title, s.paused_at_offset, s.pause_reason,
        s.breaker_burst, s.breaker_refill, s.breaker_level, s.breaker_refilled_at, s.breaker_tripped_at_offset, s.archived_at is not null
        """;

    /// <summary>How many there are.</summary>
    public const int Count = 14;

    /// <summary>Reads them from the current row, the first at <paramref name="at"/>.</summary>
    public static StateRow Read(NpgsqlDataReader reader, int at) => new(
        reader.GetInt64(at),
        reader.GetString(at + 1),
        reader.GetInt16(at + 2),
        new()
        {
            HeadOffset = reader.GetInt64(at + 3),
            LastEventAt = Time(reader, at + 4),
            Title = reader.IsDBNull(at + 5) ? null : reader.GetString(at + 5),
            PausedAtOffset = Number(reader, at + 6),
            PauseReason = reader.IsDBNull(at + 7) ? null : reader.GetString(at + 7),
            Breaker = new(reader.GetInt32(at + 8), reader.GetInt32(at + 9), reader.GetInt64(at + 10), Time(reader, at + 11), Number(reader, at + 12)),
            IsArchived = reader.GetBoolean(at + 13),
        });

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetFieldValue<DateTimeOffset>(at);

    private static long? Number(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetInt64(at);
}
