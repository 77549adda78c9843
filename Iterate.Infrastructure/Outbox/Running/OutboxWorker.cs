using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Runs the lanes of this node. Commits on this node wake them at once, those of others by a hint; what becomes due, what
/// a dead node left and what no hint told is found by one query for all lanes, each second (requirement O-18).
/// </summary>
internal sealed partial class OutboxWorker(
    ConsumerRegistry consumers, NodeHeartbeat heartbeat, LaneLook look, LanePauses pauses, QueuePasses passes, FailureReporter failures, JobStore store, JobRunner runner,
    OutboxWakeUps wakeUps, OutboxNode node, TimeProvider time, ILogger<OutboxWorker> log)
    : BackgroundService
{
    private const double PollSeconds = 1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await heartbeat.Declared.WaitAsync(stoppingToken);
        await Task.WhenAll(
        [
            PollAsync(stoppingToken),
            .. consumers.All.Select(consumer =>
                new JobLane(consumer, wakeUps.Of(consumer.Name), pauses, passes, failures, store, runner, node, time, log).RunAsync(stoppingToken)),
        ]);
    }

    private async Task PollAsync(CancellationToken stopping)
    {
        var names = consumers.All.Select(consumer => consumer.Name).ToArray();
        while (names.Length > 0 && !stopping.IsCancellationRequested)
        {
            var rest = TimeSpan.FromSeconds(PollSeconds * (0.8 + (Random.Shared.NextDouble() * 0.4)));
            try
            {
                var now = node.Now;
                var lanes = await look.LookAsync(names, now, stopping);
                pauses.Replace(lanes.Where(lane => lane.IsPaused).Select(lane => lane.Consumer));
                var active = lanes.Where(lane => lane is { IsPaused: false, NextDue: not null }).ToArray();
                wakeUps.Raise(active.Where(lane => lane.NextDue <= now).Select(lane => lane.Consumer));
                var next = active.Where(lane => lane.NextDue > now).Select(lane => lane.NextDue!.Value - now).DefaultIfEmpty(rest).Min();
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
