namespace Iterate.Domain.Api;

/// <summary>Where a job, or an event with all its jobs, stands.</summary>
public enum OutboxStatus
{
    /// <summary>Not tried yet, or to be tried anew.</summary>
    Pending,

    /// <summary>Done. An event without jobs is done.</summary>
    Success,

    /// <summary>Failed at least once and to be tried again.</summary>
    Retrying,

    /// <summary>Given up: the dead letter.</summary>
    Failed,
}

/// <summary>How one attempt ended.</summary>
public enum OutboxOutcome
{
    /// <summary>It did what it should.</summary>
    Success,

    /// <summary>It went wrong.</summary>
    Error,

    /// <summary>It ran over its limit and was cancelled.</summary>
    TimedOut,

    /// <summary>Its node died or lost it.</summary>
    LeaseExpired,

    /// <summary>There was nothing to do.</summary>
    Skipped,
}

/// <summary>An event and its jobs.</summary>
public sealed record OutboxEventView
{
    /// <summary><c>obe_</c> id.</summary>
    public required string EventId { get; init; }

    /// <summary>Number in the order of enqueuing.</summary>
    public required long Seq { get; init; }

    /// <summary><c>&lt;owner&gt;/&lt;past-tense-kebab&gt;</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What happened.</summary>
    public required JsonText Payload { get; init; }

    /// <summary>Which job enqueued it; absent when none did.</summary>
    public OutboxCause? CausedBy { get; init; }

    /// <summary><c>usr_</c> id of the person whose call enqueued it; absent when none did.</summary>
    public string? Actor { get; init; }

    /// <summary>The contract method that enqueued it; absent when none did.</summary>
    public string? Method { get; init; }

    /// <summary>Trace it was enqueued in.</summary>
    public string? TraceId { get; init; }

    /// <summary>The key that makes it one.</summary>
    public string? DedupKey { get; init; }

    /// <summary>Organization it belongs to.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>Project it belongs to.</summary>
    public string? ProjectId { get; init; }

    /// <summary>When it was enqueued.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The worst of its jobs: failed, retrying, pending, success (requirement O-47).</summary>
    public required OutboxStatus Aggregate { get; init; }

    /// <summary>One of its jobs runs.</summary>
    public required bool IsRunning { get; init; }

    /// <summary>One for each consumer that wanted it, in the order of enqueuing.</summary>
    public required IReadOnlyList<OutboxJobView> Jobs { get; init; }
}

/// <summary>The job whose handler enqueued an event.</summary>
/// <param name="EventId">The event of that job.</param>
/// <param name="JobId">The job.</param>
/// <param name="Consumer">Its consumer.</param>
/// <param name="EventSeq">Number of that event; absent once it is deleted.</param>
public sealed record OutboxCause(string EventId, string JobId, string Consumer, long? EventSeq = null);

/// <summary>One consumer's piece of the work of an event.</summary>
public sealed record OutboxJobView
{
    /// <summary><c>obj_</c> id.</summary>
    public required string JobId { get; init; }

    /// <summary>Number of its event.</summary>
    public required long EventSeq { get; init; }

    /// <summary>Who handles it; the name of its lane.</summary>
    public required string Consumer { get; init; }

    /// <summary>Where it stands.</summary>
    public required OutboxStatus Status { get; init; }

    /// <summary>A node is at it (requirement O-3).</summary>
    public required bool IsRunning { get; init; }

    /// <summary>When it is due next, or was last.</summary>
    public required DateTimeOffset VisibleAt { get; init; }

    /// <summary>Attempts begun.</summary>
    public required int ReadCount { get; init; }

    /// <summary>Attempts it has in all.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>Jobs of the same key run one after the other.</summary>
    public string? SerialKey { get; init; }

    /// <summary>The node that is at it.</summary>
    public string? Node { get; init; }

    /// <summary>Until when that node has it, unless it goes on.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>When its newest attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How its attempts ended, oldest first; the newest 50.</summary>
    public required IReadOnlyList<OutboxResult> Results { get; init; }
}

/// <summary>How one attempt ended.</summary>
/// <param name="Attempt">Counted from 1.</param>
/// <param name="Outcome">How.</param>
/// <param name="Text">For a person, without secrets.</param>
/// <param name="Node">Who ran it.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="DurationMs">How long it took.</param>
/// <param name="Code">For a program; absent when there is nothing to say.</param>
public sealed record OutboxResult(int Attempt, OutboxOutcome Outcome, string Text, string Node, DateTimeOffset StartedAt, long DurationMs, string? Code = null);
