namespace Iterate.Domain.Outbox;

/// <summary>What the health of the outbox is judged by.</summary>
/// <param name="Lanes">Every lane that has or had jobs.</param>
/// <param name="FailedInLastHour">Jobs that failed in the last hour.</param>
/// <param name="Nodes">Live nodes.</param>
public sealed record OutboxVitals(IReadOnlyList<LaneVitals> Lanes, int FailedInLastHour, IReadOnlyList<NodeVitals> Nodes);

/// <summary>A lane.</summary>
/// <param name="Consumer">Its name.</param>
/// <param name="OldestDueAt">Since when its longest waiting job is due; null when none is.</param>
/// <param name="IsPaused">It runs nothing, because somebody wants so.</param>
/// <param name="Ended">How many of its newest jobs that ended were looked at.</param>
/// <param name="Succeeded">How many of these succeeded.</param>
public sealed record LaneVitals(string Consumer, DateTimeOffset? OldestDueAt, bool IsPaused, int Ended, int Succeeded);

/// <summary>A node.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ClockOffset">How far the clock of the database is ahead of its own.</param>
public sealed record NodeVitals(string Name, TimeSpan ClockOffset);
