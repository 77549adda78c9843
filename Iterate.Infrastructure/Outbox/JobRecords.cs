namespace Iterate.Infrastructure.Outbox;

/// <summary>A job this node may work on until its lease ends, and the event that made it.</summary>
internal sealed record ClaimedJob(
    long Seq, string JobId, string Consumer, int Epoch, int ReadCount, int Postponed, int MaxAttempts, DateTimeOffset StartedAt, string EventId, string Payload);

/// <summary>How an attempt ended (requirement O-2).</summary>
internal enum AttemptOutcome
{
    Success,
    Error,
    TimedOut,
    LeaseExpired,
    Skipped,
}

/// <summary>What is kept of an attempt.</summary>
/// <param name="Attempt">Counted from 1.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Text">For a person, at most 2,000 characters.</param>
/// <param name="Code">For a machine; null for success.</param>
/// <param name="Node">Who ran it.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="DurationMs">How long it took.</param>
internal sealed record AttemptResult(
    int Attempt,
    AttemptOutcome Outcome,
    string Text,
    string? Code,
    string Node,
    DateTimeOffset StartedAt,
    long DurationMs);

/// <summary>What becomes of a job after an attempt.</summary>
/// <param name="Result">What is kept of the attempt; null when it does not count.</param>
/// <param name="VisibleAt">When it may be claimed again; null is at once, or never.</param>
internal abstract record JobEnd(AttemptResult? Result, DateTimeOffset? VisibleAt)
{
    /// <summary>Done.</summary>
    public sealed record Succeeded(AttemptResult Kept) : JobEnd(Kept, null);

    /// <summary>To be tried again.</summary>
    public sealed record Retried(AttemptResult Kept, DateTimeOffset At) : JobEnd(Kept, At);

    /// <summary>The dead letter.</summary>
    public sealed record Failed(AttemptResult Kept) : JobEnd(Kept, null);

    /// <summary>Put off by its handler; the attempt does not count.</summary>
    public sealed record PutOff(DateTimeOffset Until) : JobEnd(null, Until);

    /// <summary>Given back by a node that stops; the attempt does not count.</summary>
    public sealed record GivenBack() : JobEnd(null, null);
}

/// <summary>An attempt that came to its end, to be written.</summary>
internal sealed record EndedJob(ClaimedJob Job, JobEnd End);
