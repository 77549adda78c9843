using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// A page of one stream by key: events between two exclusive offsets, at most so many and so many bytes, but at least
/// one when there is one (requirements S-75 to S-81).
/// </summary>
internal sealed record EventPage(long After, long Before, int Limit, long MaxBytes, bool Backward)
{
    // One probe of the type index per type is cheap for a few types only.
    private const int MaxProbedTypes = 50;

    // A limit the planner cannot see: where it takes a long stream for a shorter one than the page, as it does until the
    // table is analyzed, it would otherwise read and sort the whole stream.
    private const string All = """
        select * from stream_event
        where stream = $1 and "offset" > $2 and "offset" < $3
        order by "offset" {0} limit (select $4)
        """;

    // Fenced off, each event is one look into the primary key; a plain join could read the whole table.
    private const string Probed = """
        select m.* from (
            select found."offset" from unnest($6) t(type) cross join lateral (
                select "offset" from stream_event
                where stream = $1 and type = t.type and "offset" > $2 and "offset" < $3
                order by "offset" {0} limit (select $4)) found
            order by found."offset" {0} limit (select $4)) first
        cross join lateral (select * from stream_event where stream = $1 and "offset" = first."offset" offset 0) m
        """;

    private const string Examined = """
        select * from stream_event
        where stream = $1 and "offset" > $2 and "offset" < $3 and type = any($6)
        order by "offset" {0} limit (select $4)
        """;

    private static readonly (string Forward, string Backward) AllSql = InBothDirections(All);
    private static readonly (string Forward, string Backward) ProbedSql = InBothDirections(Probed);
    private static readonly (string Forward, string Backward) ExaminedSql = InBothDirections(Examined);

    /// <summary>There is no offset between the bounds.</summary>
    public bool IsEmpty => Before - After <= 1;

    /// <summary>Last offset in reading direction. Nothing in range leaves a forward reader where it was and a backward reader at its lower bound.</summary>
    public long End => Backward ? Math.Min(Before, After + 1) : Math.Max(After, Before - 1);

    /// <summary>
    /// Reads what a filter lets through and says how far it looked: to the end of the range, or to the last event when
    /// the page is full, or to the end of the budget when no index could find the matching events (requirement S-77).
    /// </summary>
    public async Task<ScannedEvents> ReadAsync(
        NpgsqlDataSource dataSource, TimeProvider time, long streamId, EventMatcher? matcher, CancellationToken cancellationToken)
    {
        var types = await MatchingTypes.FindAsync(dataSource, streamId, matcher?.Types, cancellationToken);
        if (types is [] || IsEmpty)
        {
            return new([], End);
        }

        return matcher is { LooksInside: true }
            ? await ScanAsync(new EventScan(dataSource, time, streamId, matcher, types, this), cancellationToken)
            : await FetchAsync(dataSource, streamId, types, cancellationToken);
    }

    private async Task<ScannedEvents> ScanAsync(EventScan scan, CancellationToken cancellationToken)
    {
        var events = new List<WrittenEvent>();
        var bytes = 0L;
        while (!scan.IsOver && events.Count < Limit)
        {
            foreach (var written in await scan.NextAsync(Limit - events.Count, MaxBytes - bytes, cancellationToken))
            {
                bytes += written.Bytes;
                if (events.Count > 0 && bytes > MaxBytes)
                {
                    return new(events, Backward ? written.Event.Offset + 1 : written.Event.Offset - 1);
                }

                events.Add(written);
            }
        }

        return new(events, scan.ScannedThroughOffset);
    }

    private async Task<ScannedEvents> FetchAsync(NpgsqlDataSource dataSource, long streamId, string[]? types, CancellationToken cancellationToken)
    {
        var sql = types is null ? AllSql : types.Length <= MaxProbedTypes ? ProbedSql : ExaminedSql;
        var range = types?.Length > MaxProbedTypes ? WithinBudget() : this;
        NpgsqlParameter[] parameters =
        [
            Query.Value(streamId), Query.Value(range.After), Query.Value(range.Before), Query.Value(Limit), Query.Value(MaxBytes),
        ];
        var matching = 0L;
        var events = await Query.RowsAsync(
            dataSource, Backward ? sql.Backward : sql.Forward, types is null ? parameters : [.. parameters, Query.Value(types)],
            reader =>
            {
                matching = reader.GetInt64(8);
                return EventColumns.Read(reader, 0);
            },
            cancellationToken);
        var full = events.Count == Limit || events.Count < matching;
        return new(events, full ? events[^1].Event.Offset : range.End);
    }

    private EventPage WithinBudget() => Backward
        ? this with { After = Math.Max(After, Before - 1 - EventScan.MaxExamined) }
        : this with { Before = Math.Min(Before, After + 1 + EventScan.MaxExamined) };

    // The running sum stops a page at its size before the database has unpacked the payloads beyond it.
    private static (string Forward, string Backward) InBothDirections(string matching)
    {
        return (In("asc"), In("desc"));

        string In(string direction) => $"""
            select {EventColumns.Of}, e.matching from (
                select m.*, count(*) over () as matching, sum(m.bytes) over (order by m."offset" {direction} rows unbounded preceding) as total
                from ({matching.Replace("{0}", direction, StringComparison.Ordinal)}) m) e
            where e.total <= $5 or e.total = e.bytes
            order by e."offset" {direction}
            """;
    }
}
