using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>Finds places in a stream by key probes (requirement S-85).</summary>
internal static class StreamPlaces
{
    private const string CreatedAt = """select created_at from stream_event where stream = $1 and "offset" = $2""";

    private const string Marks = """
        select e."offset", e.created_at from unnest($2) m("offset")
        cross join lateral (select * from stream_event where stream = $1 and "offset" = m."offset" offset 0) e
        order by e."offset"
        """;

    /// <summary>Offset of the first event at or after <paramref name="time"/>, or the one after the head.</summary>
    public static Task<long> AtAsync(NpgsqlDataSource dataSource, StreamRow row, DateTimeOffset time, CancellationToken cancellationToken) =>
        Bisection.FirstAsync(row.HeadOffset, async offset =>
        {
            var created = await Query.RowsAsync(dataSource, CreatedAt, [Query.Value(row.Id), Query.Value(offset)],
                reader => reader.GetFieldValue<DateTimeOffset>(0), cancellationToken);
            return created.Count == 1 ? created[0] >= time : throw ApiException.NotFound();
        });

    /// <summary>Events spread evenly over the stream.</summary>
    public static async Task<IReadOnlyList<StreamMark>> SpreadAsync(
        NpgsqlDataSource dataSource, StreamRow row, int count, CancellationToken cancellationToken) =>
        await Query.RowsAsync(dataSource, Marks, [Query.Value(row.Id), Query.Value(Bisection.Spread(row.HeadOffset, count).ToArray())],
            reader => new StreamMark(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1)), cancellationToken);
}
