using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Raises the topic <c>outbox:failed</c> for jobs that failed here: at once, and then once a minute for each consumer and
/// code, across nodes (requirement O-38). A failure within the minute is told when it is over, unless another node has.
/// </summary>
internal sealed partial class FailureReporter(
    FailureTable table, FailureTopic topic, HintSender hints, OutboxNode node, TimeProvider time, ILogger<FailureReporter> log) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Signal _changed = new();
    private readonly Dictionary<(string Consumer, string? Code), Untold> _untold = [];

    private sealed record Untold(string JobId, DateTimeOffset FailedAt, DateTimeOffset NotBefore);

    /// <summary>A job failed, and that is committed. Never waits.</summary>
    public void Failed(string consumer, string? code, string jobId)
    {
        var now = node.Now;
        lock (_lock)
        {
            _untold[(consumer, code)] = new(jobId, now, _untold.GetValueOrDefault((consumer, code))?.NotBefore ?? now);
        }

        _changed.Raise();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WaitAsync(stoppingToken);
                await TellDueAsync(stoppingToken);
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

    private Task WaitAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? next;
        lock (_lock)
        {
            next = _untold.Count == 0 ? null : _untold.Values.Min(untold => untold.NotBefore);
        }

        return next is not { } due ? _changed.WaitAsync(cancellationToken)
            : due > node.Now ? _changed.WaitAsync(due - node.Now, time, cancellationToken)
            : Task.CompletedTask;
    }

    private async Task TellDueAsync(CancellationToken cancellationToken)
    {
        var now = node.Now;
        var told = false;
        foreach (var (kind, untold) in Due(now))
        {
            var before = await table.RaiseAsync(kind.Consumer, kind.Code, untold.JobId, now, cancellationToken);
            told |= before is null;
            lock (_lock)
            {
                // Whatever failed until it was told is read by whoever hears it; what failed later waits its minute.
                var last = before ?? now;
                if (_untold[kind].FailedAt <= last)
                {
                    _untold.Remove(kind);
                }
                else
                {
                    _untold[kind] = _untold[kind] with { NotBefore = last + FailureTable.Spacing };
                }
            }
        }

        if (told)
        {
            topic.Raise();
            hints.Failed();
        }
    }

    private KeyValuePair<(string Consumer, string? Code), Untold>[] Due(DateTimeOffset now)
    {
        lock (_lock)
        {
            return [.. _untold.Where(pair => pair.Value.NotBefore <= now)];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Telling of failed jobs is tried again: {Reason}")]
    private partial void LogRetry(string reason);
}
