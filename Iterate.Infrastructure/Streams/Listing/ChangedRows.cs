using Iterate.Domain.Api;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>A stream that changed.</summary>
internal sealed record ChangedRow(long Id, string ProjectId, StreamSummary Summary);

/// <summary>What live lists ask the database.</summary>
internal static class ChangedRows
{
    private const string ById = $"""
        select {StreamList.Columns}, s.id, s.project_id from stream s where s.id = any($1)
        """;

    private const string Heads = "select id, head_offset from stream where project_id = $1";

    /// <summary>The rows of streams, of whatever project.</summary>
    public static Task<List<ChangedRow>> ReadAsync(NpgsqlDataSource dataSource, long[] ids, CancellationToken cancellationToken) =>
        Query.RowsAsync(
            dataSource, ById, [Query.Value(ids)],
            reader => new ChangedRow(
                reader.GetInt64(reader.GetOrdinal("id")), reader.GetString(reader.GetOrdinal("project_id")), StreamList.Read(reader)),
            cancellationToken);

    /// <summary>How far every stream of a project reaches.</summary>
    public static async Task<Dictionary<long, long>> HeadsAsync(NpgsqlDataSource dataSource, string projectId, CancellationToken cancellationToken)
    {
        var rows = await Query.RowsAsync(
            dataSource, Heads, [Query.Value(projectId)], reader => (Id: reader.GetInt64(0), Head: reader.GetInt64(1)), cancellationToken);
        return rows.ToDictionary(row => row.Id, row => row.Head);
    }
}
