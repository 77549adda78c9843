using Iterate.Infrastructure.Accounts;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Removes the streams of an erased project (requirement S-136): first their rows become tombstones, so that nothing is
/// appended any more, then their events go. Begun again it goes on where it was.
/// </summary>
internal sealed class RemoveProjectStreams(
    NpgsqlDataSource dataSource, SilentChanges silent, Lazy<IOutbox> outbox, TimeProvider time) : OutboxConsumer<ProjectErased>
{
    private const int StreamsPerSlice = 200;
    private const int EventsPerSlice = 5_000;

    // A row that somebody writes to is left for the next slice: waiting for it would keep the others locked.
    private const string Bury = """
        with free as (
            select id from stream where project_id = $1 order by path limit $2 for update skip locked
        ), gone as (
            delete from stream using free where stream.id = free.id
            returning stream.id, stream.stream_id, stream.project_id, stream.path, stream.head_offset
        )
        insert into stream_tombstone (stream_id, id, project_id, path, head_offset, deleted_at)
        select stream_id, id, project_id, path, head_offset, $3 from gone
        """;

    private const string AreLeft = "select exists (select from stream where project_id = $1)";

    // By path, because one path may have had several streams.
    private const string NextGraves = """
        select id, path from stream_tombstone
        where project_id = $1 and path > $2 and path <= (
            select max(path) from (select path from stream_tombstone where project_id = $1 and path > $2 order by path limit 100) as page)
        order by path
        """;

    private const string RemoveEvents = """
        delete from stream_event where ctid = any(array(select ctid from stream_event where stream = any($1) limit $2))
        """;

    private const string RemoveCounts = """
        delete from stream_type_count where ctid = any(array(select ctid from stream_type_count where stream = any($1) limit $2))
        """;

    private static readonly TimeSpan WhileWritten = TimeSpan.FromMilliseconds(100);

    // A project of any size: after a while others have their turn.
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(1);

    private readonly ShortTransactions _slices = new(dataSource);

    public override string Name => "remove-project-streams";

    public override int Concurrency => 1;

    public override string SerialKey(ProjectErased payload) => payload.ProjectId;

    protected override async Task<string> HandleAsync(OutboxJobContext context, ProjectErased payload, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        bool IsTurnOver() => time.GetElapsedTime(started) > Turn;

        var buried = await BuryAsync(context, payload.ProjectId, IsTurnOver, cancellationToken);
        var removed = await RemoveEventsAsync(context, payload.ProjectId, IsTurnOver, cancellationToken);
        if (IsTurnOver())
        {
            await context.CompleteWithAsync(
                database => outbox.Value.EnqueueAsync(database, new OutboxDraft<ProjectErased>(payload) { ProjectId = payload.ProjectId }, cancellationToken), cancellationToken);
        }

        return $"{buried} streams and {removed} events removed";
    }

    private async Task<long> BuryAsync(OutboxJobContext context, string projectId, Func<bool> isTurnOver, CancellationToken cancellationToken)
    {
        var buried = 0L;
        while (!isTurnOver() && await AreLeftAsync(projectId, cancellationToken))
        {
            var rows = await _slices.RunAsync(
                size => new(Bury) { Parameters = { Sql.Text(projectId), Sql.Number(size), Sql.Time(time.GetUtcNow()) } },
                StreamsPerSlice,
                _ => isTurnOver(),
                cancellationToken);
            buried += rows;
            context.Progress($"{buried} streams closed");
            if (rows == 0)
            {
                await Task.Delay(WhileWritten, time, cancellationToken);
            }
            else
            {
                silent.Tell();
            }
        }

        return buried;
    }

    private async Task<long> RemoveEventsAsync(OutboxJobContext context, string projectId, Func<bool> isTurnOver, CancellationToken cancellationToken)
    {
        var removed = 0L;
        var path = "";
        while (!isTurnOver() && await NextGravesAsync(projectId, path, cancellationToken) is { Count: > 0 } graves)
        {
            removed += await RemoveAsync(RemoveEvents, graves, isTurnOver, cancellationToken);
            await RemoveAsync(RemoveCounts, graves, isTurnOver, cancellationToken);
            context.Progress($"{removed} events removed");
            path = graves[^1].Path;
        }

        return removed;
    }

    private Task<long> RemoveAsync(string sql, List<(long Id, string Path)> graves, Func<bool> isTurnOver, CancellationToken cancellationToken) =>
        _slices.RunAsync(
            size => new(sql) { Parameters = { Sql.Array(graves, grave => grave.Id), Sql.Number(size) } }, EventsPerSlice, _ => isTurnOver(), cancellationToken);

    private async Task<bool> AreLeftAsync(string projectId, CancellationToken cancellationToken) =>
        (await Query.RowsAsync(dataSource, AreLeft, [Sql.Text(projectId)], reader => reader.GetBoolean(0), cancellationToken))[0];

    private Task<List<(long Id, string Path)>> NextGravesAsync(string projectId, string path, CancellationToken cancellationToken) =>
        Query.RowsAsync(
            dataSource, NextGraves, [Sql.Text(projectId), Sql.Text(path)], reader => (reader.GetInt64(0), reader.GetString(1)), cancellationToken);
}
