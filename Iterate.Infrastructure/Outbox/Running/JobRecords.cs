using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Outbox;

/// <summary>A job this node may work on until its lease ends, and the event that made it.</summary>
internal sealed record ClaimedJob(
    long Seq, string JobId, string Consumer, int Epoch, int ReadCount, int Postponed, int MaxAttempts, DateTimeOffset StartedAt, string EventId, string Payload,
    long EventSeq);

/// <summary>What becomes of a job after an attempt.</summary>
internal sealed record JobEnd
{
    private JobEnd()
    {
    }

    /// <summary>Given back by a node that stops; the attempt does not count.</summary>
    public static JobEnd GivenBack { get; } = new() { Status = "pending", UsesAttempt = false };

    /// <summary>A success that its handler has committed with what it wrote.</summary>
    public static JobEnd Committed { get; } = new() { Status = "success", IsWritten = true };

    /// <summary>As it is stored.</summary>
    public required string Status { get; init; }

    /// <summary>What is kept of the attempt; null when it does not count.</summary>
    public OutboxResult? Result { get; private init; }

    /// <summary>When it may be claimed again; null is at once, or never.</summary>
    public DateTimeOffset? VisibleAt { get; private init; }

    /// <summary>Whether the attempt is one of those the job has.</summary>
    public bool UsesAttempt { get; private init; } = true;

    /// <summary>Whether it counts among the postponements the job has.</summary>
    public bool IsPostponement { get; private init; }

    /// <summary>Nothing is left to write.</summary>
    public bool IsWritten { get; private init; }

    /// <summary>Done.</summary>
    public static JobEnd Succeeded(OutboxResult result) => new() { Status = "success", Result = result };

    /// <summary>To be tried again.</summary>
    public static JobEnd Retried(OutboxResult result, DateTimeOffset at) => new() { Status = "retrying", Result = result, VisibleAt = at };

    /// <summary>The dead letter.</summary>
    public static JobEnd Failed(OutboxResult result) => new() { Status = "failed", Result = result };

    /// <summary>Put off by its handler; the attempt does not count.</summary>
    public static JobEnd Postponed(DateTimeOffset until) => new() { Status = "pending", VisibleAt = until, UsesAttempt = false, IsPostponement = true };
}

/// <summary>An attempt that came to its end, to be written.</summary>
internal sealed record EndedJob(ClaimedJob Job, JobEnd End);
