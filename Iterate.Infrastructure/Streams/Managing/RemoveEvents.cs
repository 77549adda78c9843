using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;
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
/// Takes the events of a deleted stream away, 10,000 at a time and each slice for itself, so that no lock is held for
/// long (requirement S-117). Begun again it goes on where it was.
/// </summary>
internal sealed class RemoveEvents(NpgsqlDataSource dataSource, TimeProvider time) : OutboxConsumer<StreamDeleted>
{
    /// <summary>Name of the consumer and its lane.</summary>
    public const string Lane = "remove-events";

    private const string Slice = """
        delete from stream_event where stream = $1 and "offset" in (
            select "offset" from stream_event where stream = $1 order by "offset" limit 10000)
        """;

    // A stream of any size: after a while others have their turn.
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(1);

    public override string Name => Lane;

    public override int Concurrency => 1;

    protected override async Task<string> HandleAsync(OutboxJobContext context, StreamDeleted payload, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var removed = 0L;
        while (await RemoveAsync(Slice, payload.Stream, cancellationToken) is var rows and > 0)
        {
            removed += rows;
            if (time.GetElapsedTime(started) > Turn)
            {
                throw new PostponeException(time.GetUtcNow(), $"{removed} events are removed, more are left");
            }
        }

        await RemoveAsync("delete from stream_type_count where stream = $1", payload.Stream, cancellationToken);
        return $"{removed} events removed";
    }

    private async Task<int> RemoveAsync(string sql, long stream, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(Query.Value(stream));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
