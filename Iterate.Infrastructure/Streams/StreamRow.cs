using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>A stream as readers need it.</summary>
internal sealed record StreamRow(long Id, string StreamId, long HeadOffset)
{
    private const string ByPath = "select id, stream_id, head_offset from stream where project_id = $1 and path = $2";
    private const string Tombstones = "select stream_id from stream_tombstone where project_id = $1 and path = $2";

    /// <summary>The stream at a path.</summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="projectId"><c>prj_</c> id.</param>
    /// <param name="path">Path of the stream.</param>
    /// <param name="expectedStreamId">The stream the reader has known there before, if any.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ApiException"><c>not-found</c>, <c>stream-deleted</c>, <c>stream-replaced</c>.</exception>
    public static async Task<StreamRow> FindAsync(
        NpgsqlDataSource dataSource, string projectId, StreamPath path, string? expectedStreamId, CancellationToken cancellationToken)
    {
        var rows = await Query.RowsAsync(dataSource, ByPath, [Query.Value(projectId), Query.Value(path.Value)],
            reader => new StreamRow(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2)), cancellationToken);
        if (rows.Count == 0)
        {
            throw await MissingAsync(dataSource, projectId, path, cancellationToken);
        }

        var row = rows[0];
        return expectedStreamId is null || string.Equals(expectedStreamId, row.StreamId, StringComparison.Ordinal)
            ? row
            : throw Refusals.StreamReplaced(row.StreamId);
    }

    /// <summary>Why there is no stream at a path: it was deleted, or never was (requirement S-118).</summary>
    public static async Task<ApiException> MissingAsync(NpgsqlDataSource dataSource, string projectId, StreamPath path, CancellationToken cancellationToken)
    {
        var deleted = await Query.RowsAsync(dataSource, Tombstones, [Query.Value(projectId), Query.Value(path.Value)],
            reader => reader.GetString(0), cancellationToken);
        return deleted.Count > 0 ? Refusals.StreamDeleted() : ApiException.NotFound();
    }
}
