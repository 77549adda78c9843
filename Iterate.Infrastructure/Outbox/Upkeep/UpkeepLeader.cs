using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Twice a minute the node that gets the lock enqueues what recurs (requirement O-12) and gives up jobs that no node has
/// a consumer for (requirement O-28). Who does not get it knows that another one is at it.
/// </summary>
internal sealed partial class UpkeepLeader(
    IDbContextFactory<IterateDbContext> contexts, IOutbox outbox, IEnumerable<RecurringWork> recurring, MissingConsumers missing,
    FailureReporter failures, NodeHeartbeat heartbeat, OutboxNode node, TimeProvider time, ILogger<UpkeepLeader> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly Dictionary<RecurringWork, DateTimeOffset> _enqueued = [];

    /// <summary>One turn.</summary>
    public async Task TurnAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var leads = await context.Database.SqlQuery<bool>($"""select pg_try_advisory_xact_lock(hashtextextended('outbox:upkeep', 0)) as "Value" """).SingleAsync(cancellationToken);
        if (!leads)
        {
            return;
        }

        var now = node.Now;
        var due = recurring.Select(work => (Work: work, Tick: work.TickAt(now))).Where(pair => _enqueued.GetValueOrDefault(pair.Work) != pair.Tick).ToArray();
        foreach (var (work, tick) in due)
        {
            await work.EnqueueAsync(outbox, context, tick, cancellationToken);
        }

        var givenUp = await missing.GiveUpAsync(context, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var job in givenUp)
        {
            failures.Failed(job.Consumer, MissingConsumers.Code, job.JobId);
        }

        foreach (var (work, tick) in due)
        {
            _enqueued[work] = tick;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await heartbeat.Declared.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TurnAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogRetry(exception.Message);
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The upkeep of the outbox is tried again: {Reason}")]
    private partial void LogRetry(string reason);
}
