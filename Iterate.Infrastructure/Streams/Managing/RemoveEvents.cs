using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>A stream was deleted.</summary>
/// <param name="Stream">The internal id, under which its events are.</param>
/// <param name="StreamId"><c>str_</c> id.</param>
public sealed record StreamDeleted(long Stream, string StreamId) : IOutboxPayload
{
    /// <inheritdoc/>
    public static string EventName => "stream/deleted";
}

/// <summary>
/// Takes the events of a deleted stream away in slices, so that no lock is held for long (requirement S-117). Begun
/// again it goes on where it was.
/// </summary>
internal sealed class RemoveEvents(NpgsqlDataSource dataSource, TimeProvider time) : OutboxConsumer<StreamDeleted>
{
    /// <summary>Name of the consumer and its lane.</summary>
    public const string Lane = "remove-events";

    private const int RowsPerSlice = 10_000;

    private const string Events = """
        delete from stream_event where stream = $1 and "offset" in (
            select "offset" from stream_event where stream = $1 order by "offset" limit $2)
        """;

    // A stream may have a type for every event.
    private const string Counts = """
        delete from stream_type_count where stream = $1 and type in (
            select type from stream_type_count where stream = $1 order by type limit $2)
        """;

    // A stream of any size: after a while others have their turn.
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(1);

    private readonly ShortTransactions _slices = new(dataSource);

    public override string Name => Lane;

    public override int Concurrency => 1;

    protected override async Task<string> HandleAsync(OutboxJobContext context, StreamDeleted payload, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        bool IsTurnOver() => time.GetElapsedTime(started) > Turn;

        var removed = await RemoveAsync(Events, payload.Stream, IsTurnOver, cancellationToken);
        await RemoveAsync(Counts, payload.Stream, IsTurnOver, cancellationToken);
        return IsTurnOver()
            ? throw new PostponeException(time.GetUtcNow(), $"{removed} events are removed, more may be left")
            : $"{removed} events removed";
    }

    private Task<long> RemoveAsync(string sql, long stream, Func<bool> isTurnOver, CancellationToken cancellationToken) =>
        _slices.RunAsync(size => new(sql) { Parameters = { Sql.Number(stream), Sql.Number(size) } }, RowsPerSlice, _ => isTurnOver(), cancellationToken);
}
