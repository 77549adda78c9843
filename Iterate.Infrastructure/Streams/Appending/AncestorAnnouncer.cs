using Iterate.Domain.Streams;
using Iterate.Infrastructure.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Tells the ancestors of a new stream about it (requirements S-60 to S-63). That it is still to be done is a column of
/// the stream, set by the transaction that creates it, so a crash loses nothing: the next start, or any other node,
/// finds the row. Doing it twice is harmless, because the announcement has a key.
/// </summary>
internal sealed partial class AncestorAnnouncer(
    EventLog log, NpgsqlDataSource dataSource, Announcements announcements, TimeProvider time, ILogger<AncestorAnnouncer> logger)
    : BackgroundService
{
    private const int Slice = 200;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    // What a node that was killed left behind is announced by those that live.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private sealed record Unannounced(long Id, string StreamId, string ProjectId, StreamPath Path);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await AnnounceSliceAsync(stoppingToken) > 0)
                {
                }

                await announcements.Pending.WaitAsync(LookAgain, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogRetry(exception.Message);
                await Task.Delay(RetryAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> AnnounceSliceAsync(CancellationToken cancellationToken)
    {
        var streams = await FindAsync(cancellationToken);
        var byAncestor = streams
            .SelectMany(stream => stream.Path.Ancestors, (stream, ancestor) => (stream, Address: new StreamAddress(stream.ProjectId, ancestor)))
            .GroupBy(pair => pair.Address, pair => pair.stream);
        await Task.WhenAll(byAncestor.Select(group => AnnounceAsync(group.Key, [.. group], cancellationToken)));
        if (streams.Count > 0)
        {
            await MarkAsync([.. streams.Select(stream => stream.Id)], cancellationToken);
        }

        return streams.Count;
    }

    private Task<AppendOutcome> AnnounceAsync(StreamAddress ancestor, Unannounced[] children, CancellationToken cancellationToken)
    {
        var events = EventAdmission.Admit(
            [.. children.Select(child => CoreEvents.ChildStreamCreatedEvent(child.StreamId, child.Path.Value))], EventOrigin.Platform);
        return log.AppendAsync(ancestor.ProjectId, ancestor.Path, events, AppendMode.CreateIfMissing, cancellationToken);
    }

    private async Task<List<Unannounced>> FindAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "select id, stream_id, project_id, path from stream where announcement_pending order by id limit $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Slice });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<Unannounced>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), StreamPath.Parse(reader.GetString(3))));
        }

        return found;
    }

    private async Task MarkAsync(long[] ids, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("update stream set announcement_pending = false where id = any($1)");
        command.Parameters.Add(Sql.Array(ids, id => id));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Announcing new streams to their ancestors is tried again: {Reason}")]
    private partial void LogRetry(string reason);
}
