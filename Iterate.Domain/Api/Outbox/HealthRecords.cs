namespace Iterate.Domain.Api;

/// <summary>Asks how the outbox is.</summary>
public sealed record OutboxHealthRequest;

/// <summary>How good or bad it is.</summary>
public enum HealthLevel
{
    /// <summary>Nothing to do.</summary>
    Green,

    /// <summary>Somebody should look.</summary>
    Yellow,

    /// <summary>Somebody has to act.</summary>
    Red,
}

/// <summary>How the outbox is (requirement O-32).</summary>
public sealed record OutboxHealth
{
    /// <summary>That of the worst concern; green without any.</summary>
    public required HealthLevel Level { get; init; }

    /// <summary>Since when the longest waiting job is due; absent when none is.</summary>
    public DateTimeOffset? OldestDueAt { get; init; }

    /// <summary>The lane of that job.</summary>
    public string? OldestDueLane { get; init; }

    /// <summary>Jobs that failed in the last hour, counted to 10,000.</summary>
    public required int FailedInLastHour { get; init; }

    /// <summary>What is not as it should be, the worst first.</summary>
    public required IReadOnlyList<OutboxConcern> Concerns { get; init; }
}

/// <summary>Kinds of concern.</summary>
public enum OutboxConcernKind
{
    /// <summary>A lane has a job that has been due for more than 60 s (yellow) or 300 s (red).</summary>
    LateJobs,

    /// <summary>Jobs failed in the last hour (yellow).</summary>
    FailedJobs,

    /// <summary>Less than half of the newest 100 jobs of a lane succeeded (red).</summary>
    FailingLane,

    /// <summary>The clock of a node is more than 2 s off that of the database (yellow, requirement O-30).</summary>
    ClockOffset,
}

/// <summary>Something that is not as it should be.</summary>
/// <param name="Level">How bad it is; never green.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">The lane or node; absent when it is about all of them.</param>
/// <param name="Text">What a person reads.</param>
public sealed record OutboxConcern(HealthLevel Level, OutboxConcernKind Kind, string? Subject, string Text);
