using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>The types of a stream that a filter lets through, from the type counts: globs become exact types.</summary>
internal static class MatchingTypes
{
    private const string Find = """
        select type from stream_type_count
        where stream = $1 and (type = any($2) or exists (select from unnest($3) p(prefix) where starts_with(type, p.prefix)))
        """;

    /// <summary>Null when there is no filter.</summary>
    public static async Task<string[]?> FindAsync(
        NpgsqlDataSource dataSource, long streamId, EventTypeFilter? filter, CancellationToken cancellationToken) =>
        filter is null ? null : [.. await Query.RowsAsync(dataSource, Find,
            [Query.Value(streamId), Query.Value(filter.Types.ToArray()), Query.Value(filter.Prefixes.ToArray())],
            reader => reader.GetString(0), cancellationToken)];
}
