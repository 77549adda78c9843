using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>An ephemeral frame and the internal id of its stream.</summary>
internal readonly record struct StoredFrame(long Stream, AdmittedFrame Frame);

/// <summary>The unlogged table through which ephemeral frames travel between nodes (requirement S-105).</summary>
internal static class FrameTable
{
    private const string Insert = """
        with written as (
            insert into stream_frame (node, stream, sent_at, frame)
            select $1, * from unnest($2, $3, $4)
            returning seq)
        select min(seq), max(seq) from written
        """;

    private const string Select = """
        select stream, frame from stream_frame
        where seq between $1 and $2 and node = $3 and stream = any($4)
        order by seq
        """;

    private const string Delete = "delete from stream_frame where sent_at < $1";

    /// <summary>Writes frames of one node in one statement, whose rows are all of that node in the answered range.</summary>
    public static async Task<FrameRange> WriteAsync(
        NpgsqlConnection connection, string node, IReadOnlyList<StoredFrame> frames, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Insert, connection)
        {
            Parameters =
            {
                Query.Value(node),
                Sql.Array(frames, row => row.Stream),
                Sql.Array(frames, row => row.Frame.Frame.SentAt.UtcDateTime),
                Sql.Array(frames, row => JsonSerializer.Serialize(row.Frame.Frame, ApiJson.Options)),
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>The frames of a range that concern <paramref name="streams"/>, in order.</summary>
    public static Task<List<StoredFrame>> ReadAsync(
        NpgsqlDataSource dataSource, string node, FrameRange range, long[] streams, CancellationToken cancellationToken) =>
        Query.RowsAsync(
            dataSource, Select, [Query.Value(range.First), Query.Value(range.Last), Query.Value(node), Query.Value(streams)], Read, cancellationToken);

    /// <summary>Removes what was sent before <paramref name="time"/>.</summary>
    public static async Task RemoveAsync(NpgsqlDataSource dataSource, DateTimeOffset time, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Delete);
        command.Parameters.Add(Query.Value(time.UtcDateTime));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static StoredFrame Read(NpgsqlDataReader reader)
    {
        var json = reader.GetString(1);
        var frame = JsonSerializer.Deserialize<EphemeralFrame>(json, ApiJson.Options)!;
        return new(reader.GetInt64(0), new(frame, Encoding.UTF8.GetByteCount(json)));
    }
}
