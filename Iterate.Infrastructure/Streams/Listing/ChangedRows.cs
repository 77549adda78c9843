using Iterate.Domain.Api;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>A stream that changed.</summary>
internal sealed record ChangedRow(long Id, string ProjectId, StreamSummary Summary);

/// <summary>By what a change of a row is recognized.</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct ListMark(long Head, bool IsArchived);

/// <summary>What live lists ask the database.</summary>
internal static class ChangedRows
{
    private const string ById = $"""
        select {StreamList.Columns}, s.id, s.project_id from stream s where s.id = any($1)
        """;

    private const string Marks = "select id, head_offset, archived_at is not null from stream where project_id = $1";

    /// <summary>The rows of streams, of whatever project.</summary>
    public static Task<List<ChangedRow>> ReadAsync(NpgsqlDataSource dataSource, long[] ids, CancellationToken cancellationToken) =>
        Query.RowsAsync(
            dataSource, ById, [Query.Value(ids)],
            reader => new ChangedRow(
                reader.GetInt64(reader.GetOrdinal("id")), reader.GetString(reader.GetOrdinal("project_id")), StreamList.Read(reader)),
            cancellationToken);

    /// <summary>What every stream of a project shows of a change: how far it reaches, and whether it is archived.</summary>
    public static async Task<Dictionary<long, ListMark>> MarksAsync(NpgsqlDataSource dataSource, string projectId, CancellationToken cancellationToken)
    {
        var rows = await Query.RowsAsync(
            dataSource, Marks, [Query.Value(projectId)],
            reader => (Id: reader.GetInt64(0), Mark: new ListMark(reader.GetInt64(1), reader.GetBoolean(2))), cancellationToken);
        return rows.ToDictionary(row => row.Id, row => row.Mark);
    }
}
