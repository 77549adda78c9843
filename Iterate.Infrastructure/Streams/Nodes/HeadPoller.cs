using Iterate.Domain.Api;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Asks once a second, in one query, how far the followed streams reach, so that no follower depends on a hint
/// (requirement S-108). A followed stream without an answer was deleted, maybe on another node (requirement S-98).
/// </summary>
internal sealed partial class HeadPoller(NpgsqlDataSource dataSource, LiveStreams live, TimeProvider time, StreamsMetrics metrics, ILogger<HeadPoller> log)
    : BackgroundService
{
    private const string Heads = "select id, head_offset from stream where id = any($1)";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Signal _pollNow = new();

    /// <summary>Polls without waiting for the next second.</summary>
    public void PollNow() => _pollNow.Raise();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await PollAsync(stoppingToken);
                await _pollNow.WaitAsync(Interval, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogRetry(exception.Message);
                await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        var followed = live.Followed();
        if (followed.Length == 0)
        {
            return;
        }

        var gone = followed.ToHashSet();
        foreach (var (id, head) in await Query.RowsAsync(
            dataSource, Heads, [Query.Value(followed)], reader => (reader.GetInt64(0), reader.GetInt64(1)), cancellationToken))
        {
            gone.Remove(id);
            if (live.Hint(id, head))
            {
                metrics.PollCaught();
            }
        }

        foreach (var id in gone)
        {
            live.End(id, ErrorCodes.StreamDeleted);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The heads of followed streams could not be polled: {Reason}")]
    private partial void LogRetry(string reason);
}
