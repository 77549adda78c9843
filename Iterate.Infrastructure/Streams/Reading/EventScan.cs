using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Looks for events that no index can find, by looking at one after the other: at most 20,000 and for at most 500 ms,
/// whatever it finds (requirement S-78). It goes in slices, so that it can stop between them.
/// </summary>
/// <param name="dataSource">The database.</param>
/// <param name="time">Measures the budget.</param>
/// <param name="streamId">Internal id of the stream.</param>
/// <param name="matcher">Decides; its types are already in <paramref name="types"/>.</param>
/// <param name="types">Only events of these types are looked at; null for all.</param>
/// <param name="range">Where to look.</param>
internal sealed class EventScan(
    NpgsqlDataSource dataSource, TimeProvider time, long streamId, EventMatcher matcher, string[]? types, EventPage range)
{
    /// <summary>Most events examined.</summary>
    public const int MaxExamined = 20_000;

    // The first slice is small for filters that find enough at once, the later ones large for those that do not.
    private const int FirstSlice = 500;
    private const int LargestSlice = 4_000;
    private const long SliceBytes = 8 * 1024 * 1024;

    // The limit is hidden from the planner for the same reason as that of a page.
    private const string All = """
        select "offset", bytes from stream_event where stream = $1 and "offset" > $2 and "offset" < $3 order by "offset" {0} limit (select $4)
        """;

    private const string OfTypes = """
        select found."offset", found.bytes from unnest($12) t(type) cross join lateral (
            select "offset", bytes from stream_event
            where stream = $1 and type = t.type and "offset" > $2 and "offset" < $3
            order by "offset" {0} limit (select $4)) found
        order by found."offset" {0} limit (select $4)
        """;

    private static readonly TimeSpan MaxTime = TimeSpan.FromMilliseconds(500);
    private static readonly (string Forward, string Backward) AllSql = InBothDirections(All);
    private static readonly (string Forward, string Backward) OfTypesSql = InBothDirections(OfTypes);

    private readonly long _started = time.GetTimestamp();
    private readonly EventPage _range = range;
    private EventPage _rest = range;
    private int _sliceEvents = FirstSlice;
    private int _examined;

    /// <summary>Furthest offset examined; everything before it in reading direction has been decided.</summary>
    public long ScannedThroughOffset { get; private set; } = range.Backward ? range.Before : range.After;

    /// <summary>Nothing is left in range, or of the budget.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Examines a slice and returns what matches there, at most so many events and bytes, but at least one when there is one.</summary>
    public async Task<IReadOnlyList<WrittenEvent>> NextAsync(int limit, long maxBytes, CancellationToken cancellationToken)
    {
        var slice = Math.Min(_sliceEvents, MaxExamined - _examined);
        _sliceEvents = Math.Min(_sliceEvents * 2, LargestSlice);
        var sql = types is null ? AllSql : OfTypesSql;
        NpgsqlParameter[] parameters =
        [
            Query.Value(streamId), Query.Value(_rest.After), Query.Value(_rest.Before), Query.Value(slice), Query.Value(SliceBytes),
            .. EventNarrowing.Parameters(matcher), Query.Value(limit), Query.Value(maxBytes),
        ];
        var end = new SliceEnd(0, 0, 0, 0);
        var found = await Query.RowsAsync(
            dataSource, _range.Backward ? sql.Backward : sql.Forward, types is null ? parameters : [.. parameters, Query.Value(types)],
            reader =>
            {
                end = new(reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(2) ? 0 : reader.GetInt64(2), reader.IsDBNull(3) ? 0 : reader.GetInt64(3));
                return end.Narrowed == 0 ? null : EventColumns.Read(reader, 4);
            },
            cancellationToken);
        List<WrittenEvent> narrowed = [.. found.OfType<WrittenEvent>()];
        Advance(end, slice, narrowed, limit);
        return [.. narrowed.Where(written => matcher.Matches(written.Event))];
    }

    private void Advance(SliceEnd end, int slice, List<WrittenEvent> narrowed, int limit)
    {
        _examined += (int)end.Examined;
        if (narrowed.Count == limit || narrowed.Count < end.Narrowed)
        {
            // Beyond the last row that came nothing is known, though more of the slice was looked at.
            ScannedThroughOffset = narrowed[^1].Event.Offset;
        }
        else
        {
            var isLast = end.Candidates < slice && end.Examined == end.Candidates;
            ScannedThroughOffset = isLast ? _range.End : end.Through;
            IsOver = isLast;
        }

        _rest = _range.Backward ? _rest with { Before = ScannedThroughOffset } : _rest with { After = ScannedThroughOffset };
        IsOver |= _rest.IsEmpty || _examined >= MaxExamined || time.GetElapsedTime(_started) >= MaxTime;
    }

    // Sizes come from the rows alone, so what is beyond the slice is never unpacked. Each event is then one look into
    // the primary key: fenced off, because the kept plan of a join could read the whole table.
    private static (string Forward, string Backward) InBothDirections(string candidates)
    {
        return (In("asc", "max"), In("desc", "min"));

        string In(string direction, string furthest) => $"""
            with candidate as materialized (
                select c."offset", c.bytes, sum(c.bytes) over (order by c."offset" {direction} rows unbounded preceding) as total
                from ({candidates.Replace("{0}", direction, StringComparison.Ordinal)}) c),
            examined as materialized (select "offset" from candidate where total <= $5 or total = bytes),
            narrowed as materialized (
                select m.*, count(*) over () as matching, sum(m.bytes) over (order by m."offset" {direction} rows unbounded preceding) as total
                from (
                    select s.* from examined x
                    cross join lateral (select * from stream_event where stream = $1 and "offset" = x."offset" offset 0) s
                    where {EventNarrowing.Condition}
                    order by x."offset" {direction} limit $10) m)
            select x.candidates, x.examined, x.through, e.matching, {EventColumns.Of}
            from (
                select (select count(*) from candidate) as candidates, count(*) as examined, {furthest}("offset") as through from examined) x
            left join narrowed e on e.total <= $11 or e.total = e.bytes
            order by e."offset" {direction}
            """;
    }

    private sealed record SliceEnd(long Candidates, long Examined, long Through, long Narrowed);
}
