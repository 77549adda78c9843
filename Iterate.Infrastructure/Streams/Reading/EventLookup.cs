using Iterate.Domain.Api;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>One event by key (requirement S-83).</summary>
internal static class EventLookup
{
    private const string ByOffset = $"""select {EventColumns.Of} from stream_event e where e.stream = $1 and e."offset" = $2""";
    private const string ByKey = $"select {EventColumns.Of} from stream_event e where e.stream = $1 and e.idempotency_key = $2";

    /// <exception cref="ApiException"><c>not-found</c>.</exception>
    public static Task<StreamEvent> ByOffsetAsync(NpgsqlDataSource dataSource, long streamId, long offset, CancellationToken cancellationToken) =>
        OneAsync(dataSource, ByOffset, [Query.Value(streamId), Query.Value(offset)], cancellationToken);

    /// <exception cref="ApiException"><c>not-found</c>.</exception>
    public static Task<StreamEvent> ByKeyAsync(NpgsqlDataSource dataSource, long streamId, string key, CancellationToken cancellationToken) =>
        OneAsync(dataSource, ByKey, [Query.Value(streamId), Query.Value(key)], cancellationToken);

    private static async Task<StreamEvent> OneAsync(
        NpgsqlDataSource dataSource, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        var rows = await Query.RowsAsync(dataSource, sql, parameters, reader => EventColumns.Read(reader, 0).Event, cancellationToken);
        return rows.Count == 1 ? rows[0] : throw ApiException.NotFound();
    }
}
