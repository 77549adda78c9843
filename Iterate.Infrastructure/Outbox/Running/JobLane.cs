using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// The jobs of one consumer on this node, and their slots (requirement O-20). What ended is written by the claim that
/// fills its slot again: one commit for both, and under load for several jobs at a time.
/// </summary>
internal sealed partial class JobLane(
    OutboxConsumer consumer, Signal wakeUp, LanePauses pauses, QueuePasses passes, FailureReporter failures, JobStore store, JobRunner runner,
    OutboxNode node, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<(ClaimedJob Job, JobEnd? End)> _finished = [];
    private readonly HashSet<Task> _running = [];
    private List<EndedJob> _unwritten = [];
    private int _busy;

    /// <summary>Claims and runs until the node stops, then waits for what runs.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await wakeUp.WaitAsync(stopping);
                await TurnAsync(stopping);
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
        TakeFinished();
        try
        {
            Written(await store.EndAsync(_unwritten, node.Now, CancellationToken.None));
        }
        catch (Exception exception)
        {
            LogUnwritten(consumer.Name, _unwritten.Count, exception.Message);
        }
    }

    private async Task TurnAsync(CancellationToken stopping)
    {
        _running.RemoveWhere(job => job.IsCompleted);
        TakeFinished();
        var free = pauses.Contains(consumer.Name) ? 0 : consumer.Concurrency - _busy;
        if (free == 0 && _unwritten.Count == 0)
        {
            return; // Whoever ends, or lets the lane go on, says so.
        }

        // Without cancellation: a claim that was made must be known.
        var (claimed, lost) = await store.EndAndClaimAsync(consumer, node.Name, node.Now, _unwritten, free, CancellationToken.None);
        Written(lost);
        foreach (var job in claimed)
        {
            _busy++;
            passes.Began(job);
            _running.Add(RunAsync(job, stopping));
        }
    }

    private void Written(IReadOnlyList<EndedJob> lost)
    {
        foreach (var end in lost)
        {
            LogLostClaim(end.Job.JobId, consumer.Name);
        }

        foreach (var end in _unwritten)
        {
            var isOurs = !lost.Contains(end);
            passes.Ended(end.Job, isOurs ? end.End : null);
            if (isOurs && end.End is { Status: "failed", Result: { } result })
            {
                failures.Failed(consumer.Name, result.Code, end.Job.JobId);
            }
        }

        _unwritten = [];
    }

    private void TakeFinished()
    {
        while (_finished.TryDequeue(out var finished))
        {
            _busy--;
            if (finished.End is { IsWritten: false } end)
            {
                _unwritten.Add(new(finished.Job, end));
            }
            else
            {
                passes.Ended(finished.Job, finished.End);
            }
        }
    }

    private async Task RunAsync(ClaimedJob job, CancellationToken stopping)
    {
        await Task.Yield();
        JobEnd? end = null;
        try
        {
            end = await runner.RunAsync(consumer, job, stopping);
        }
        finally
        {
            _finished.Enqueue((job, end));
            wakeUp.Raise();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lane {Consumer} rests a second: {Reason}")]
    private partial void LogRetry(string consumer, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "lost-claim: {JobId} of {Consumer} is another's by now")]
    private partial void LogLostClaim(string jobId, string consumer);

    [LoggerMessage(Level = LogLevel.Warning, Message = "How {Count} jobs of {Consumer} ended was not written, they will run again: {Reason}")]
    private partial void LogUnwritten(string consumer, int count, string reason);
}
