using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Runs the lanes of this node. Commits on this node wake them at once; what others enqueued, what becomes due and what
/// a dead node left is found by one query for all lanes, each second (requirement O-18).
/// </summary>
internal sealed partial class OutboxWorker(
    ConsumerRegistry consumers, JobStore store, JobRunner runner, OutboxWakeUps wakeUps, OutboxNode node, TimeProvider time, ILogger<OutboxWorker> log)
    : BackgroundService
{
    private const double PollSeconds = 1;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
    [
        PollAsync(stoppingToken),
        .. consumers.All.Select(consumer =>
            new JobLane(consumer, wakeUps.Of(consumer.Name), store, runner, node, time, log).RunAsync(stoppingToken)),
    ]);

    private async Task PollAsync(CancellationToken stopping)
    {
        var names = consumers.All.Select(consumer => consumer.Name).ToArray();
        while (names.Length > 0 && !stopping.IsCancellationRequested)
        {
            var rest = TimeSpan.FromSeconds(PollSeconds * (0.8 + (Random.Shared.NextDouble() * 0.4)));
            try
            {
                var now = node.Now;
                var due = await store.NextDueAsync(names, now, stopping);
                wakeUps.Raise(due.Where(lane => lane.At <= now).Select(lane => lane.Consumer));
                var next = due.Where(lane => lane.At > now).Select(lane => lane.At - now).DefaultIfEmpty(rest).Min();
                rest = next < rest ? next : rest;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogRetry(exception.Message);
            }

            await Task.Delay(rest, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for due jobs is tried again: {Reason}")]
    private partial void LogRetry(string reason);
}
