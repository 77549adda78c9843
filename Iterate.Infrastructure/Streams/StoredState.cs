using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>The whole core state of a stream as it is kept, for those who only look.</summary>
internal sealed record StoredState(StateRow Row, StreamDetails Details, StreamArchive? Archive)
{
    private const string ByPath = $"""
        select {StateColumns.Of}, s.details, s.archived_at, s.archived_by from stream s where s.project_id = $1 and s.path = $2
        """;

    /// <summary>The state of the stream at a path; one of an older reducer is reduced anew and left as it is (requirement S-57).</summary>
    /// <exception cref="ApiException"><c>not-found</c>, <c>stream-deleted</c>.</exception>
    public static async Task<StoredState> FindAsync(NpgsqlDataSource dataSource, string projectId, StreamPath path, CancellationToken cancellationToken)
    {
        var rows = await Query.RowsAsync(dataSource, ByPath, [Query.Value(projectId), Query.Value(path.Value)], Read, cancellationToken);
        if (rows.Count == 0)
        {
            throw await StreamRow.MissingAsync(dataSource, projectId, path, cancellationToken);
        }

        var stored = rows[0];
        return stored.Row.Version >= StreamDetails.CurrentVersion ? stored : await stored.ReducedAsync(dataSource, path, cancellationToken);
    }

    private static StoredState Read(NpgsqlDataReader reader) => new(
        StateColumns.Read(reader, 0),
        reader.IsDBNull(StateColumns.Count) ? StreamDetails.Empty : StreamDetails.Parse(reader.GetString(StateColumns.Count)),
        reader.IsDBNull(StateColumns.Count + 1)
            ? null
            : new(reader.GetFieldValue<DateTimeOffset>(StateColumns.Count + 1), reader.IsDBNull(StateColumns.Count + 2) ? null : reader.GetString(StateColumns.Count + 2)));

    private async Task<StoredState> ReducedAsync(NpgsqlDataSource dataSource, StreamPath path, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var (tip, details) = await StateRebuild.ReduceAsync(connection, Row.Id, Row.Tip, path, cancellationToken);
        return this with { Row = Row with { Tip = tip }, Details = details };
    }
}
