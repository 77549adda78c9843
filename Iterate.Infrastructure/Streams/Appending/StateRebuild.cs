using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Reduces the core state of a stream anew from its <c>stream/</c> events, found by the index on type: after an upgrade
/// that changed the reducer, and when somebody asks whether the cached state is right (requirements S-57 and S-120).
/// </summary>
internal static class StateRebuild
{
    // '0' follows '/' in byte order, so the two bounds hold exactly the types of the core.
    private const string CoreEventsOf = $"""
        select {EventColumns.Of} from stream_event e
        where e.stream = $1 and e.type >= 'stream/' and e.type < 'stream0' and e."offset" <= $2
        order by e."offset"
        """;

    /// <summary>Replaces the state of a stream that is locked by <paramref name="connection"/>.</summary>
    public static async Task RunAsync(NpgsqlConnection connection, DrainStream stream)
    {
        var (tip, details) = await ReduceAsync(connection, stream.Id, stream.Tip, stream.Address.Path, CancellationToken.None);
        stream.Replace(tip, details);
    }

    /// <summary>
    /// The state as the log has it up to the head of <paramref name="cached"/>. What the log does not say is taken from
    /// there; the breaker starts full, so that no rebuild can trip it (requirement S-72).
    /// </summary>
    public static async Task<(StreamTip Tip, StreamDetails Details)> ReduceAsync(
        NpgsqlConnection connection, long streamId, StreamTip cached, StreamPath path, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(CoreEventsOf, connection) { Parameters = { Query.Value(streamId), Query.Value(cached.HeadOffset) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tip = StreamTip.Empty;
        var details = StreamDetails.Empty;
        while (await reader.ReadAsync(cancellationToken))
        {
            var (committed, _) = EventColumns.Read(reader, 0);
            tip = tip.After(committed);
            details = details.After(committed, path);
        }

        var rebuilt = tip with
        {
            HeadOffset = cached.HeadOffset,
            LastEventAt = cached.LastEventAt,
            IsArchived = cached.IsArchived,
            Breaker = tip.Breaker.Filled(),
        };
        return (rebuilt, details);
    }
}
