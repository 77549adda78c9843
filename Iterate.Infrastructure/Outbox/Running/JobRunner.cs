using System.Text;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Postgres;
using Iterate.Infrastructure.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Runs one attempt at a claimed job to its end, whatever that is.</summary>
internal sealed partial class JobRunner(
    JobStore store, OutboxCommits commits, RunningJobs running, HintSender hints, IRedactor redactor, IDbContextFactory<IterateDbContext> contexts,
    OutboxNode node, TimeProvider time, ILogger<JobRunner> log)
{
    private const int MostText = 2_000;
    private const int MostProgressText = 200;
    private const int MostPostponements = 100;
    private const string Skipped = "skipped:";

    // A handler that ignores its cancellation gives its slot back all the same (requirement O-23).
    private static readonly TimeSpan GraceAfterRunLimit = TimeSpan.FromSeconds(5);

    // So long a node that stops waits for handlers (requirement O-29).
    private static readonly TimeSpan GraceAtShutdown = TimeSpan.FromSeconds(20);

    /// <summary>Never throws for what the handler does.</summary>
    /// <returns>How it ended; null when it is not ours to say.</returns>
    /// <param name="consumer">Whose job it is.</param>
    /// <param name="job">The claim.</param>
    /// <param name="stopping">The node stops: the job is given back.</param>
    public async Task<JobEnd?> RunAsync(OutboxConsumer consumer, ClaimedJob job, CancellationToken stopping)
    {
        using var lost = new CancellationTokenSource();
        using var limit = new CancellationTokenSource(consumer.RunLimit, time);
        using var handlerEnds = CancellationTokenSource.CreateLinkedTokenSource(lost.Token, limit.Token, stopping);
        using var ended = new CancellationTokenSource();
        using var claim = running.Add(job.JobId, lost);
        var renewing = RenewAsync(consumer, job, lost, ended.Token);
        var context = new OutboxJobContext(
            job,
            (handler, write, cancellationToken) => CompleteWithAsync(job, handler, write, cancellationToken),
            (text, fraction) => Progressed(new(job.EventSeq, job.JobId, Storable(text, MostProgressText), fraction)));
        var end = await AttemptAsync(consumer, context, job, limit, stopping, handlerEnds.Token);
        await ended.CancelAsync();
        await renewing;
        return end;
    }

    /// <summary>How the attempt ended; null when it is not ours to say.</summary>
    private async Task<JobEnd?> AttemptAsync(
        OutboxConsumer consumer, OutboxJobContext context, ClaimedJob job, CancellationTokenSource limit, CancellationToken stopping, CancellationToken handlerEnds)
    {
        if (job.ReadCount > job.MaxAttempts)
        {
            return JobEnd.Failed(Result(job, OutboxOutcome.Error, "Every attempt ended without a word: its node died each time.", "crashed"));
        }

        using var abandoned = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var atShutdown = stopping.Register(() => abandoned.CancelAfter(GraceAtShutdown));
        try
        {
            var text = await Task.Run(() => HandleAsync(consumer, context, job, handlerEnds), CancellationToken.None)
                .WaitAsync(consumer.RunLimit + GraceAfterRunLimit, time, abandoned.Token);
            return context.IsCompleted
                ? JobEnd.Committed
                : JobEnd.Succeeded(Result(job, text.StartsWith(Skipped, StringComparison.Ordinal) ? OutboxOutcome.Skipped : OutboxOutcome.Success, text, null));
        }
        catch (Exception) when (context.IsCompleted)
        {
            return JobEnd.Committed; // What comes after the commit of a success cannot take it back.
        }
        catch (LostClaimException)
        {
            LogLostClaim(job.JobId, job.Consumer);
            return null;
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException && limit.IsCancellationRequested)
        {
            return Retry(consumer, job, Result(job, OutboxOutcome.TimedOut, $"It ran longer than {consumer.RunLimit.TotalSeconds:0} s.", "timed-out"), exception);
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            LogAbandoned(job.JobId, job.Consumer);
            return null; // It may still be at work, so nobody else may before its lease has run out.
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return JobEnd.GivenBack;
        }
        catch (OperationCanceledException) when (handlerEnds.IsCancellationRequested)
        {
            LogLostClaim(job.JobId, job.Consumer);
            return null;
        }
        catch (PostponeException postponed) when (job.Postponed < MostPostponements)
        {
            return JobEnd.Postponed(postponed.Until);
        }
        catch (NonRetryableException final)
        {
            return JobEnd.Failed(Result(job, OutboxOutcome.Error, final.Message, final.Code));
        }
        catch (Exception exception)
        {
            return Retry(consumer, job, Result(job, OutboxOutcome.Error, exception.Message, exception is PostponeException ? "postponed-too-often" : null), exception);
        }
    }

    private static Task<string> HandleAsync(OutboxConsumer consumer, OutboxJobContext context, ClaimedJob job, CancellationToken cancellationToken)
    {
        OutboxJobContext.Current = context;
        return consumer.HandleAsync(context, job.Payload, cancellationToken);
    }

    private JobEnd Retry(OutboxConsumer consumer, ClaimedJob job, OutboxResult result, Exception error) =>
        job.ReadCount < job.MaxAttempts
            ? JobEnd.Retried(result, node.Now + consumer.Retry.GapAfter(job.ReadCount, error, Random.Shared))
            : JobEnd.Failed(result);

    private OutboxResult Result(ClaimedJob job, OutboxOutcome outcome, string text, string? code) => new(
        job.ReadCount, outcome, Storable(text, MostText), node.Name, job.StartedAt, (long)(node.Now - job.StartedAt).TotalMilliseconds, code);

    // Cutting could make half of a secret out of one that would be known. PostgreSQL's JSON has no U+0000 and no half
    // of a surrogate pair, which may also be what cutting leaves.
    private string Storable(string text, int most)
    {
        var redacted = redactor.Redact(text);
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(redacted.Length <= most ? redacted : redacted[..most])).Replace('\0', '\uFFFD');
    }

    private void Progressed(JobProgress progress)
    {
        running.Tell(progress);
        hints.Progressed(progress);
    }

    /// <summary>Keeps the job hidden while its handler runs; a job that is another's by now cancels it.</summary>
    private async Task RenewAsync(OutboxConsumer consumer, ClaimedJob job, CancellationTokenSource lost, CancellationToken ended)
    {
        var safeUntil = job.StartedAt + consumer.VisibilityTimeout;
        while (true)
        {
            try
            {
                await Task.Delay(consumer.VisibilityTimeout / 3, time, ended);
                var until = node.Now + consumer.VisibilityTimeout;
                if (!await store.RenewAsync(job, until, ended))
                {
                    await lost.CancelAsync();
                    return;
                }

                safeUntil = until;
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException exception)
            {
                LogRenewal(job.JobId, exception.Message);
                if (node.Now >= safeUntil)
                {
                    await lost.CancelAsync(); // Somebody else may have it.
                    return;
                }
            }
        }
    }

    private async Task CompleteWithAsync(ClaimedJob job, OutboxJobContext handler, Func<IterateDbContext, Task> write, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        using var belonging = commits.BelongsTo(transaction.GetDbTransaction(), handler);
        await write(context);
        await context.SaveChangesAsync(cancellationToken);
        var ended = new EndedJob(job, JobEnd.Succeeded(Result(job, OutboxOutcome.Success, "done", null)));
        if (await JobStore.EndAsync((NpgsqlConnection)transaction.GetDbTransaction().Connection!, [ended], node.Now, cancellationToken) == 0)
        {
            throw new LostClaimException(job.JobId);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "lost-claim: {JobId} of {Consumer} is another's by now")]
    private partial void LogLostClaim(string jobId, string consumer);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{JobId} of {Consumer} ignores that the node stops; it is left to its lease")]
    private partial void LogAbandoned(string jobId, string consumer);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of {JobId} was not renewed: {Reason}")]
    private partial void LogRenewal(string jobId, string reason);
}
