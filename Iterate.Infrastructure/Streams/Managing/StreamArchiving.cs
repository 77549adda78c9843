using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Archives streams: a mark on the row, which every append reads under its lock, and nothing in the log (requirement
/// S-116).
/// </summary>
internal static class StreamArchiving
{
    private const string Archive = """
        update stream set archived_at = coalesce(archived_at, $3), archived_by = case when archived_at is null then $4 else archived_by end
        where project_id = $1 and path = $2
        returning archived_at, archived_by
        """;

    private const string Unarchive = "update stream set archived_at = null, archived_by = null where project_id = $1 and path = $2 returning id";

    /// <summary>Archives a stream; one that is archived keeps who did it and when.</summary>
    /// <exception cref="ApiException"><c>not-found</c>, <c>stream-deleted</c>.</exception>
    public static async Task<StreamArchive> ArchiveAsync(
        NpgsqlDataSource dataSource, string projectId, StreamPath path, string? by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await Query.RowsAsync(
            dataSource, Archive, [Query.Value(projectId), Query.Value(path.Value), Query.Value(now.UtcDateTime), Query.Value(by)],
            reader => new StreamArchive(reader.GetFieldValue<DateTimeOffset>(0), reader.IsDBNull(1) ? null : reader.GetString(1)), cancellationToken);
        return rows.Count > 0 ? rows[0] : throw await StreamRow.MissingAsync(dataSource, projectId, path, cancellationToken);
    }

    /// <exception cref="ApiException"><c>not-found</c>, <c>stream-deleted</c>.</exception>
    public static async Task UnarchiveAsync(NpgsqlDataSource dataSource, string projectId, StreamPath path, CancellationToken cancellationToken)
    {
        var rows = await Query.RowsAsync(
            dataSource, Unarchive, [Query.Value(projectId), Query.Value(path.Value)], reader => reader.GetInt64(0), cancellationToken);
        if (rows.Count == 0)
        {
            throw await StreamRow.MissingAsync(dataSource, projectId, path, cancellationToken);
        }
    }
}
