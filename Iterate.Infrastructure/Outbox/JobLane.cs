using Iterate.Infrastructure.Streams;
using Microsoft.Extensions.Logging;

namespace Iterate.Infrastructure.Outbox;

/// <summary>The jobs of one consumer on this node, and their slots (requirement O-20).</summary>
internal sealed partial class JobLane(OutboxConsumer consumer, Signal wakeUp, JobStore store, JobRunner runner, OutboxNode node, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly HashSet<Task> _running = [];

    /// <summary>Claims and runs until the node stops, then waits for what runs.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await wakeUp.WaitAsync(stopping);
                await FillAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                LogRetry(consumer.Name, exception.Message);
                await Task.Delay(RetryAfter, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wakeUp.Raise();
            }
        }

        await Task.WhenAll(_running);
    }

    private async Task FillAsync(CancellationToken stopping)
    {
        _running.RemoveWhere(job => job.IsCompleted);
        var free = consumer.Concurrency - _running.Count;
        if (free == 0)
        {
            return; // Whoever ends says so.
        }

        // Without cancellation: a claim that was made must be known.
        foreach (var job in await store.ClaimAsync(consumer, node.Name, node.Now, free, CancellationToken.None))
        {
            _running.Add(RunAsync(job, stopping));
        }
    }

    private async Task RunAsync(ClaimedJob job, CancellationToken stopping)
    {
        await Task.Yield();
        await runner.RunAsync(consumer, job, stopping);
        wakeUp.Raise();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lane {Consumer} rests a second: {Reason}")]
    private partial void LogRetry(string consumer, string reason);
}
