using System.Threading.Channels;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// One of the K loops that write (requirement S-35). While a transaction is on its way, appends queue up; the next
/// drain takes them all. So an idle log commits one event at a time and a busy one hundreds, without ever waiting.
/// </summary>
internal sealed partial class WriterLoop : IAsyncDisposable
{
    private const int QueueLength = 10_000;
    private const int MaxDrainEvents = 2_000;
    private const long MaxDrainBytes = 16 * 1024 * 1024;

    private readonly Channel<PendingAppend> _queue = Channel.CreateBounded<PendingAppend>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true });

    private readonly DrainWriter _writer;
    private readonly StreamsMetrics _metrics;
    private readonly Action<IReadOnlyList<DrainStream>> _committed;
    private readonly ILogger _log;
    private readonly Task _running;

    /// <param name="dataSource">The database.</param>
    /// <param name="outbox">Where new streams are announced from.</param>
    /// <param name="time">The node's clock.</param>
    /// <param name="metrics">What is counted.</param>
    /// <param name="committed">Told what was written, after the callers; must neither block nor throw (requirement S-34).</param>
    /// <param name="log">Log of the event log.</param>
    public WriterLoop(
        NpgsqlDataSource dataSource, OutboxInserts outbox, TimeProvider time, StreamsMetrics metrics,
        Action<IReadOnlyList<DrainStream>> committed, ILogger log)
    {
        _writer = new(dataSource, outbox, time, () => _queue.Reader.TryPeek(out _), RefuseQueued);
        _metrics = metrics;
        _committed = committed;
        _log = log;

        // Nothing of whoever happens to create the loop, a span above all, is to be found in its drains.
        using (ExecutionContext.SuppressFlow())
        {
            _running = Task.Run(RunAsync);
        }
    }

    /// <summary>Appends that wait.</summary>
    public int QueueDepth => _queue.Reader.Count;

    /// <summary>Queues a batch; false when the queue is full or the loop has stopped.</summary>
    public bool TryEnqueue(PendingAppend batch) => _queue.Writer.TryWrite(batch);

    /// <summary>Writes what is queued and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _running;
        await _writer.DisposeAsync();
    }

    /// <summary>Drains that needed one round trip, because their streams were remembered.</summary>
    public long Remembered => _writer.Remembered;

    private async Task RunAsync()
    {
        while (true)
        {
            var more = _queue.Reader.WaitToReadAsync();
            if (!more.IsCompleted)
            {
                await _writer.RestAsync();
            }

            if (!await more)
            {
                return;
            }

            var batches = Take();
            if (batches.Count == 0)
            {
                continue;
            }

            var drain = new Drain(batches);
            try
            {
                await WriteAsync(drain);
            }
            catch (Exception exception)
            {
                // A fault of ours must not end the loop, nor leave a caller without an answer.
                LogFault(exception);
                drain.Refuse(Refusals.OutcomeUnknown);
            }

            // Those who were answered go first: what they append next shares the next transaction, instead of coming
            // just too late for it.
            await Task.Yield();
        }
    }

    private async Task WriteAsync(Drain drain)
    {
        var result = await TransactAsync(drain);
        if (result.End != DrainEnd.Failed)
        {
            Answer(drain, result);
            return;
        }

        // One poisonous batch must not fail its neighbours (requirement S-39).
        LogSplit(result.Cause, drain.Batches.Count);
        foreach (var batch in drain.Batches.Where(batch => !batch.IsAnswered))
        {
            var alone = new Drain([batch]);
            Answer(alone, await TransactAsync(alone));
        }
    }

    private async Task<DrainResult> TransactAsync(Drain drain)
    {
        using var span = StreamsTracing.StartDrain(drain);
        _metrics.Drains(drain);
        var result = await _writer.WriteAsync(drain);
        StreamsTracing.Ended(span, result.End);
        return result;
    }

    private void Answer(Drain drain, DrainResult result)
    {
        switch (result.End)
        {
            case DrainEnd.Committed:
                _metrics.Committed(drain, result.Written);
                drain.Complete();
                if (result.Written.Count > 0)
                {
                    _committed(result.Written);
                }

                break;
            case DrainEnd.Failed when Outages.IsOutage(result.Cause):
                LogUnavailable(result.Cause?.Message);
                drain.Refuse(Refusals.DatabaseUnavailable);
                break;
            case DrainEnd.Failed:
                LogRefused(result.Cause);
                drain.Refuse(Refusals.Internal);
                break;
            case DrainEnd.TimedOut:
                drain.Refuse(Refusals.Busy);
                break;
            case DrainEnd.Unavailable:
                LogUnavailable(result.Cause?.Message);
                drain.Refuse(Refusals.DatabaseUnavailable);
                RefuseQueued();
                break;
            default:
                drain.Refuse(Refusals.OutcomeUnknown);
                break;
        }
    }

    private List<PendingAppend> Take()
    {
        var batches = new List<PendingAppend>();
        var events = 0;
        var bytes = 0L;
        while (_queue.Reader.TryPeek(out var next))
        {
            events += next.Events.Count;
            bytes += next.Bytes;
            if (batches.Count > 0 && (events > MaxDrainEvents || bytes > MaxDrainBytes))
            {
                break;
            }

            if (_queue.Reader.TryRead(out _) && next.TryStart())
            {
                batches.Add(next);
            }
        }

        return batches;
    }

    // Nothing waits in memory for a database to return (requirement S-45).
    private void RefuseQueued()
    {
        while (_queue.Reader.TryRead(out var waiting))
        {
            if (waiting.TryStart())
            {
                waiting.Refuse(Refusals.DatabaseUnavailable());
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A drain of {Batches} batches failed; each is tried alone.")]
    private partial void LogSplit(Exception? exception, int batches);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database refused a batch that had passed admission.")]
    private partial void LogRefused(Exception? exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is not available for appends: {Reason}")]
    private partial void LogUnavailable(string? reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "A writer loop met a fault of its own.")]
    private partial void LogFault(Exception exception);
}
