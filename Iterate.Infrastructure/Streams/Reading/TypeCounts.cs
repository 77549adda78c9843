using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>Counts of a stream from one small row per type, never from the events (requirement S-82).</summary>
internal static class TypeCounts
{
    private const int MaxListed = 200;
    private const string All = "select type, count, last_offset from stream_type_count where stream = $1 order by count desc, type";

    public static async Task<CountResponse> ReadAsync(
        NpgsqlDataSource dataSource, long streamId, EventTypeFilter? filter, CancellationToken cancellationToken)
    {
        var types = await Query.RowsAsync(dataSource, All, [Query.Value(streamId)],
            reader => new TypeCount(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)), cancellationToken);
        // Offsets are gapless, so the sum of one snapshot is also its head.
        var total = types.Sum(type => type.Count);
        var matched = filter is null ? total : types.Where(type => filter.Matches(type.Type)).Sum(type => type.Count);
        return new(total, [.. types.Take(MaxListed)], Math.Max(0, types.Count - MaxListed), matched, total, Complete: true);
    }
}
