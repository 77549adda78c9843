namespace Iterate.Domain.Api;

/// <summary>Every lane.</summary>
public sealed record ListOutboxLanesRequest;

/// <summary>Lanes by name.</summary>
public sealed record ListOutboxLanesResponse(IReadOnlyList<OutboxLane> Lanes);

/// <summary>The jobs of one consumer.</summary>
public sealed record OutboxLane
{
    /// <summary>Name of the consumer and of its lane.</summary>
    public required string Consumer { get; init; }

    /// <summary>The event it handles; absent when the answering node has no such consumer.</summary>
    public string? EventName { get; init; }

    /// <summary>Jobs that wait and are due, counted to 10,000.</summary>
    public required int Due { get; init; }

    /// <summary>Jobs that nodes are at.</summary>
    public required int Running { get; init; }

    /// <summary>Jobs that are due later, counted to 10,000.</summary>
    public required int Scheduled { get; init; }

    /// <summary>Dead letters, counted to 10,000.</summary>
    public required int Failed { get; init; }

    /// <summary>It accepts work and runs none.</summary>
    public required bool IsPaused { get; init; }

    /// <summary>Since when the longest waiting job is due; absent when none is.</summary>
    public DateTimeOffset? OldestDueAt { get; init; }

    /// <summary>Live nodes that have the consumer.</summary>
    public required int Nodes { get; init; }
}

/// <summary>The lane to pause.</summary>
/// <param name="Consumer">Name of its consumer.</param>
public sealed record PauseOutboxLaneRequest(string Consumer);

/// <summary>The lane to let go on.</summary>
/// <param name="Consumer">Name of its consumer.</param>
public sealed record ResumeOutboxLaneRequest(string Consumer);

/// <summary>Runs what is due.</summary>
public sealed record ProcessQueueRequest;

/// <summary>What the answering node did meanwhile.</summary>
/// <param name="Claimed">Jobs it began.</param>
/// <param name="Succeeded">Of these, done.</param>
/// <param name="Failed">Of these, given up.</param>
/// <param name="Retrying">Of these, to be tried again.</param>
/// <param name="StillDue">Jobs of any lane that still wait, counted to 10,000.</param>
public sealed record ProcessQueueResponse(int Claimed, int Succeeded, int Failed, int Retrying, int StillDue);
