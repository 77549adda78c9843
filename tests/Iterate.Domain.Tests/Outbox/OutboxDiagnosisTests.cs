using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Outbox;

/// <summary>When the outbox is well (requirements O-30 and O-32).</summary>
public sealed class OutboxDiagnosisTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Without_work_it_is_well()
    {
        var health = OutboxDiagnosis.Of(new([], 0, []), Now);

        health.Level.ShouldBe(HealthLevel.Green);
        health.Concerns.ShouldBeEmpty();
        health.OldestDueLane.ShouldBeNull();
    }

    [Theory]
    [InlineData(60, null)]
    [InlineData(61, HealthLevel.Yellow)]
    [InlineData(300, HealthLevel.Yellow)]
    [InlineData(301, HealthLevel.Red)]
    public void A_job_that_waits_long_names_its_lane(int seconds, HealthLevel? level)
    {
        var health = OutboxDiagnosis.Of(new([Lane("fine", due: 1), Lane("late", due: seconds), Lane("idle")], 0, []), Now);

        health.Level.ShouldBe(level ?? HealthLevel.Green);
        (health.OldestDueLane, health.OldestDueAt).ShouldBe(("late", Now.AddSeconds(-seconds)));
        health.Concerns.Select(concern => (concern.Level, concern.Kind, concern.Subject))
            .ShouldBe(level is { } bad ? [(bad, OutboxConcernKind.LateJobs, "late")] : []);
    }

    [Fact]
    public void A_paused_lane_with_late_jobs_says_that_it_is_paused() =>
        OutboxDiagnosis.Of(new([Lane("late", due: 90) with { IsPaused = true }], 0, []), Now).Concerns.ShouldHaveSingleItem().Text
            .ShouldBe("A job of late has been due for 90 s; the lane is paused.");

    [Fact]
    public void Failures_of_the_last_hour_are_counted()
    {
        var health = OutboxDiagnosis.Of(new([Lane("fine")], 1_234, []), Now);

        health.FailedInLastHour.ShouldBe(1_234);
        var concern = health.Concerns.ShouldHaveSingleItem();
        (concern.Level, concern.Kind, concern.Text).ShouldBe((HealthLevel.Yellow, OutboxConcernKind.FailedJobs, "1,234 jobs failed in the last hour."));
    }

    [Theory]
    [InlineData(100, 50, false)]
    [InlineData(100, 49, true)]
    [InlineData(99, 0, false)]
    public void A_lane_that_mostly_fails_is_red_once_it_can_be_judged(int ended, int succeeded, bool isRed)
    {
        var health = OutboxDiagnosis.Of(new([Lane("bad") with { Ended = ended, Succeeded = succeeded }], 0, []), Now);

        health.Level.ShouldBe(isRed ? HealthLevel.Red : HealthLevel.Green);
        health.Concerns.Select(concern => (concern.Kind, concern.Subject)).ShouldBe(isRed ? [(OutboxConcernKind.FailingLane, "bad")] : []);
    }

    [Theory]
    [InlineData(2.0, false)]
    [InlineData(2.1, true)]
    [InlineData(-2.1, true)]
    public void A_node_whose_clock_is_off_is_named(double seconds, bool isOff) =>
        OutboxDiagnosis.Of(new([], 0, [new("node", TimeSpan.FromSeconds(seconds))]), Now).Concerns.Select(concern => (concern.Level, concern.Kind, concern.Subject))
            .ShouldBe(isOff ? [(HealthLevel.Yellow, OutboxConcernKind.ClockOffset, "node")] : []);

    [Fact]
    public void The_worst_comes_first() =>
        OutboxDiagnosis.Of(new([Lane("late", due: 61), Lane("later", due: 400)], 3, []), Now).Concerns.Select(concern => concern.Level)
            .ShouldBe([HealthLevel.Red, HealthLevel.Yellow, HealthLevel.Yellow]);

    private static LaneVitals Lane(string name, int? due = null) => new(name, due is { } seconds ? Now.AddSeconds(-seconds) : null, IsPaused: false, 0, 0);
}
