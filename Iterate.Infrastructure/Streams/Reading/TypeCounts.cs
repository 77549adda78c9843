using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Counts of a stream from one small row per type. Only what matches a filter that looks inside events is counted event
/// by event, as far as the budget of a scan goes (requirement S-82).
/// </summary>
internal static class TypeCounts
{
    private const int MaxListed = 200;
    private const long SliceBytes = 8 * 1024 * 1024;
    private const string All = "select type, count, last_offset from stream_type_count where stream = $1 order by count desc, type";

    public static async Task<CountResponse> ReadAsync(
        NpgsqlDataSource dataSource, TimeProvider time, long streamId, EventMatcher? matcher, CancellationToken cancellationToken)
    {
        var types = await Query.RowsAsync(dataSource, All, [Query.Value(streamId)],
            reader => new TypeCount(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)), cancellationToken);
        // Offsets are gapless, so the sum of one snapshot is also its head.
        var total = types.Sum(type => type.Count);
        TypeCount[] matching = [.. types.Where(type => matcher?.Types is null || matcher.Types.Matches(type.Type))];
        var count = new CountResponse(
            total, [.. types.Take(MaxListed)], Math.Max(0, types.Count - MaxListed), matching.Sum(type => type.Count), total, Complete: true);
        if (matcher is not { LooksInside: true } || matching.Length == 0)
        {
            return count;
        }

        var range = new EventPage(0, total + 1, EventScan.MaxExamined, SliceBytes, Backward: false);
        var scan = new EventScan(dataSource, time, streamId, matcher, matcher.Types is null ? null : [.. matching.Select(type => type.Type)], range);
        var matched = 0L;
        while (!scan.IsOver)
        {
            matched += (await scan.NextAsync(range.Limit, range.MaxBytes, cancellationToken)).Count;
        }

        return count with { Matched = matched, ScannedThroughOffset = scan.ScannedThroughOffset, Complete = scan.ScannedThroughOffset == total };
    }
}
