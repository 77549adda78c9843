using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>How a row of <c>stream_event</c> is read, the same in every query.</summary>
internal static class EventColumns
{
    /// <summary>The columns, of a table named <c>e</c>.</summary>
    public const string Of = """e."offset", e.created_at, e.bytes, e.type, e.payload, e.metadata, e.source, e.idempotency_key""";

    /// <summary>Reads them from the current row, the first at <paramref name="at"/>.</summary>
    public static WrittenEvent Read(NpgsqlDataReader reader, int at) => new(
        new StreamEvent
        {
            Offset = reader.GetInt64(at),
            CreatedAt = reader.GetFieldValue<DateTimeOffset>(at + 1),
            Type = reader.GetString(at + 3),
            Payload = ReadJson(reader, at + 4),
            Metadata = ReadJson(reader, at + 5),
            Source = reader.IsDBNull(at + 6) ? null : JsonSerializer.Deserialize<EventSource>(reader.GetString(at + 6), ApiJson.Options),
            IdempotencyKey = reader.IsDBNull(at + 7) ? null : reader.GetString(at + 7),
        },
        reader.GetInt32(at + 2));

    // SQL null is an absent value, jsonb 'null' is the value null.
    private static JsonText ReadJson(NpgsqlDataReader reader, int at) =>
        reader.IsDBNull(at) ? default : JsonText.FromTrusted(reader.GetString(at));
}
