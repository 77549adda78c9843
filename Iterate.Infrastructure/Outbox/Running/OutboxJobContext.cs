using Iterate.Infrastructure.Postgres;

namespace Iterate.Infrastructure.Outbox;

/// <summary>One attempt at one job.</summary>
public sealed class OutboxJobContext
{
    private static readonly AsyncLocal<OutboxJobContext?> Ambient = new();

    private readonly ClaimedJob _job;
    private readonly Func<OutboxJobContext, Func<IterateDbContext, Task>, CancellationToken, Task> _complete;
    private readonly Action<string, double?> _progress;

    internal OutboxJobContext(ClaimedJob job, Func<OutboxJobContext, Func<IterateDbContext, Task>, CancellationToken, Task> complete, Action<string, double?> progress)
    {
        _job = job;
        _complete = complete;
        _progress = progress;
    }

    /// <summary>The job.</summary>
    public string JobId => _job.JobId;

    /// <summary>The event that made it.</summary>
    public string EventId => _job.EventId;

    /// <summary>Counted from 1.</summary>
    public int Attempt => _job.ReadCount;

    /// <summary>The same in every attempt at this job: the idempotency key for calls to the outside (requirement O-14).</summary>
    public string Key => $"{_job.Consumer}:{_job.JobId}";

    /// <summary>The attempt that runs in this flow of execution; what it enqueues is caused by it (requirement O-1).</summary>
    internal static OutboxJobContext? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    internal string Consumer => _job.Consumer;

    internal bool IsCompleted { get; private set; }

    /// <summary>Says how slow work gets on, to whoever watches at the moment; it is not stored (requirement O-17).</summary>
    /// <param name="text">What a person reads; at most 200 characters of it are shown.</param>
    /// <param name="fraction">0 to 1; null when unknown.</param>
    public void Progress(string text, double? fraction = null) => _progress(text, fraction);

    /// <summary>
    /// Commits what <paramref name="write"/> does to our database, the events it enqueues and the success of this job in
    /// one transaction: exactly once (requirement O-15). The last thing a handler does.
    /// </summary>
    /// <exception cref="LostClaimException">The job is another's by now; nothing was written.</exception>
    public async Task CompleteWithAsync(Func<IterateDbContext, Task> write, CancellationToken cancellationToken)
    {
        await _complete(this, write, cancellationToken);
        IsCompleted = true;
    }
}

/// <summary>The lease of a job ended while it was worked on, and somebody else may have it (requirement O-22).</summary>
public sealed class LostClaimException(string jobId) : Exception($"The job {jobId} is not ours any more.");
