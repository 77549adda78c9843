using System.Globalization;
using Iterate.Domain.Api;

namespace Iterate.Domain.Outbox;

/// <summary>Judges the health of the outbox (requirements O-30 and O-32). Pure.</summary>
public static class OutboxDiagnosis
{
    /// <summary>The newest jobs of a lane by which it is judged; with fewer it is not.</summary>
    public const int JudgedJobs = 100;

    private const int LeastShare = 50;
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TooLate = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan MostOffset = TimeSpan.FromSeconds(2);

    /// <summary>How the outbox is at <paramref name="now"/>.</summary>
    public static OutboxHealth Of(OutboxVitals vitals, DateTimeOffset now)
    {
        OutboxConcern[] concerns =
        [
            .. ((IEnumerable<OutboxConcern?>)[.. vitals.Lanes.Select(lane => LateJobs(lane, now)), .. vitals.Lanes.Select(FailingLane), FailedJobs(vitals), .. vitals.Nodes.Select(ClockOffset)])
                .OfType<OutboxConcern>().OrderByDescending(concern => concern.Level),
        ];
        var oldest = vitals.Lanes.Where(lane => lane.OldestDueAt is not null).MinBy(lane => lane.OldestDueAt);
        return new()
        {
            Level = concerns.Select(concern => concern.Level).DefaultIfEmpty(HealthLevel.Green).Max(),
            OldestDueAt = oldest?.OldestDueAt,
            OldestDueLane = oldest?.Consumer,
            FailedInLastHour = vitals.FailedInLastHour,
            Concerns = concerns,
        };
    }

    private static OutboxConcern? LateJobs(LaneVitals lane, DateTimeOffset now) => now - lane.OldestDueAt is { } age && age > Late
        ? new(
            age > TooLate ? HealthLevel.Red : HealthLevel.Yellow,
            OutboxConcernKind.LateJobs,
            lane.Consumer,
            Text($"A job of {lane.Consumer} has been due for {(long)age.TotalSeconds} s{(lane.IsPaused ? "; the lane is paused" : "")}."))
        : null;

    private static OutboxConcern? FailingLane(LaneVitals lane) => lane.Ended >= JudgedJobs && lane.Succeeded * 100 < lane.Ended * LeastShare
        ? new(HealthLevel.Red, OutboxConcernKind.FailingLane, lane.Consumer, Text($"Of the newest {lane.Ended} jobs of {lane.Consumer} only {lane.Succeeded} succeeded."))
        : null;

    private static OutboxConcern? FailedJobs(OutboxVitals vitals) => vitals.FailedInLastHour > 0
        ? new(HealthLevel.Yellow, OutboxConcernKind.FailedJobs, null, Text($"{vitals.FailedInLastHour:N0} jobs failed in the last hour."))
        : null;

    private static OutboxConcern? ClockOffset(NodeVitals node) => node.ClockOffset.Duration() > MostOffset
        ? new(HealthLevel.Yellow, OutboxConcernKind.ClockOffset, node.Name, Text($"The clock of {node.Name} is {node.ClockOffset.Duration().TotalSeconds:0.0} s off that of the database."))
        : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
