using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>A session that follows a stream on this node in one way.</summary>
internal readonly record struct ViewerKey(long Stream, string SessionId, CallSurface Surface);

/// <summary>One row of this node.</summary>
internal readonly record struct ViewerRow(ViewerKey Key, string UserId, DateTimeOffset Since);

/// <summary>The unlogged table of who views which stream (requirement S-106).</summary>
internal static class ViewerTable
{
    private const string Upsert = """
        insert into stream_viewer (node, seen_at, stream, session_id, surface, user_id, since)
        select $1, $2, * from unnest($3, $4, $5, $6, $7)
        on conflict (stream, session_id, surface, node) do update set seen_at = excluded.seen_at
        """;

    private const string Delete = """
        delete from stream_viewer v using unnest($2, $3, $4) g(stream, session_id, surface)
        where v.node = $1 and v.stream = g.stream and v.session_id = g.session_id and v.surface = g.surface
        """;

    private const string DeleteSeenBefore = "delete from stream_viewer where seen_at < $1";

    private const string DeleteNode = "delete from stream_viewer where node = $1";

    private const string Select = """
        select v.stream, u.name, v.surface, min(v.since)
        from stream_viewer v join app_user u on u.id = v.user_id
        where v.stream = any($1) and v.seen_at >= $2
        group by v.stream, v.session_id, v.surface, u.name
        order by 4, 2, v.session_id, 3
        """;

    /// <summary>Says that the viewers are still, or from now on, there.</summary>
    public static Task RefreshAsync(
        NpgsqlDataSource dataSource, string node, IReadOnlyList<ViewerRow> rows, DateTimeOffset now, CancellationToken cancellationToken) =>
        ExecuteAsync(
            dataSource,
            Upsert,
            [
                Query.Value(node),
                Query.Value(now.UtcDateTime),
                Sql.Array(rows, row => row.Key.Stream),
                Sql.Array(rows, row => row.Key.SessionId),
                Sql.Array(rows, row => NameOf(row.Key.Surface)),
                Sql.Array(rows, row => row.UserId),
                Sql.Array(rows, row => row.Since.UtcDateTime),
            ],
            cancellationToken);

    /// <summary>Says that viewers of this node left.</summary>
    public static Task RemoveAsync(
        NpgsqlDataSource dataSource, string node, IReadOnlyList<ViewerKey> keys, CancellationToken cancellationToken) =>
        ExecuteAsync(
            dataSource,
            Delete,
            [Query.Value(node), Sql.Array(keys, key => key.Stream), Sql.Array(keys, key => key.SessionId), Sql.Array(keys, key => NameOf(key.Surface))],
            cancellationToken);

    /// <summary>Removes the viewers of all nodes that nobody has seen since <paramref name="time"/>.</summary>
    public static Task RemoveSeenBeforeAsync(NpgsqlDataSource dataSource, DateTimeOffset time, CancellationToken cancellationToken) =>
        ExecuteAsync(dataSource, DeleteSeenBefore, [Query.Value(time.UtcDateTime)], cancellationToken);

    /// <summary>Removes all viewers of a node.</summary>
    public static Task RemoveNodeAsync(NpgsqlDataSource dataSource, string node, CancellationToken cancellationToken) =>
        ExecuteAsync(dataSource, DeleteNode, [Query.Value(node)], cancellationToken);

    /// <summary>The viewers of streams, seen at <paramref name="since"/> or later; longest first.</summary>
    public static async Task<ILookup<long, Viewer>> ReadAsync(
        NpgsqlDataSource dataSource, long[] streams, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var rows = await Query.RowsAsync(
            dataSource, Select, [Query.Value(streams), Query.Value(since.UtcDateTime)],
            reader => (Stream: reader.GetInt64(0), Viewer: new Viewer(reader.GetString(1), SurfaceOf(reader.GetString(2)), reader.GetFieldValue<DateTimeOffset>(3))),
            cancellationToken);
        return rows.ToLookup(row => row.Stream, row => row.Viewer);
    }

    private static async Task ExecuteAsync(
        NpgsqlDataSource dataSource, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string NameOf(CallSurface surface) => surface.ToString().ToLower(CultureInfo.InvariantCulture);

    private static CallSurface SurfaceOf(string name) => Enum.Parse<CallSurface>(name, ignoreCase: true);
}
