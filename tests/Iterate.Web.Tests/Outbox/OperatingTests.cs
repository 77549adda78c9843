using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Live;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Outbox;

/// <summary>What people do about jobs and lanes (requirements O-33 to O-37).</summary>
public sealed class OperatingTests : OutboxApiTest
{
    [Fact]
    public async Task A_dead_letter_is_tried_anew_with_attempts_on_top()
    {
        var dead = (await RunAsync("fail")).Jobs.ShouldHaveSingleItem();
        await FaultAsync("outbox-bad", on: false);

        var renewed = await AskAsync<OutboxJobView>("retry", new { jobId = dead.JobId });
        renewed.MaxAttempts.ShouldBe(12);
        await IdleAsync();

        var job = (await JobAsync(dead)).ShouldNotBeNull();
        job.Status.ShouldBe(OutboxStatus.Success);
        job.ReadCount.ShouldBe(7);
        job.Results.Count.ShouldBe(7);
        job.Results[^1].Text.ShouldBe("works now");
    }

    [Fact]
    public async Task A_success_is_tried_anew_by_force_alone()
    {
        var job = (await RunAsync("flaky")).Jobs.ShouldHaveSingleItem();
        using var refused = await Admin.PostAsync("outbox/retry", new { jobId = job.JobId });
        (await refused.ProblemAsync(ErrorCodes.JobStateConflict))["job"]!["status"]!.GetValue<string>().ShouldBe("success");

        await AskAsync<OutboxJobView>("retry", new { jobId = job.JobId, force = true });
        await IdleAsync();

        (await JobAsync(job)).ReadCount.ShouldBe(4);
    }

    [Fact]
    public async Task Many_are_tried_anew_when_they_are_as_many_as_expected()
    {
        await EmitAsync("fail", 3);
        await RunAsync("succeed");
        var filter = new { consumerStatus = "failed" };
        using var refused = await Admin.PostAsync("outbox/retry-many", new { filter, expectedCount = 2 });
        (await refused.ProblemAsync(ErrorCodes.JobStateConflict))["count"]!.GetValue<int>().ShouldBe(3);
        using var senseless = await Admin.PostAsync("outbox/retry-many", new { filter, expectedCount = 1_001 });
        await senseless.ProblemAsync(ErrorCodes.InvalidInput);
        await FaultAsync("outbox-bad", on: false);

        (await AskAsync<RetryManyOutboxJobsResponse>("retry-many", new { filter, expectedCount = 3 })).Retried.ShouldBe(3);
        await IdleAsync();

        (await ListAsync(filter)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task A_running_job_that_is_archived_is_cancelled_and_out_of_the_way()
    {
        var id = (await EmitAsync("slow"))[0];
        var job = (await EventAsync(id, found => found.IsRunning)).Jobs[0];
        job.Node.ShouldNotBeNull();

        var archived = await AskAsync<OutboxJobView>("archive", new { jobId = job.JobId });

        archived.Status.ShouldBe(OutboxStatus.Failed);
        archived.IsRunning.ShouldBeFalse();
        archived.Results.ShouldHaveSingleItem().Code.ShouldBe("archived-by-operator");
        using var again = await Admin.PostAsync("outbox/archive", new { jobId = job.JobId });
        await again.ProblemAsync(ErrorCodes.JobStateConflict);

        // Its handler is gone too: the four slots are free for four others.
        await FaultAsync("outbox-slow", on: true);
        var others = await EmitAsync("slow", 4);
        foreach (var other in others)
        {
            await EventAsync(other, found => found.IsRunning);
        }

        await FaultAsync("outbox-slow", on: false);
        (await IdleAsync()).Idle.ShouldBeTrue();
        (await JobAsync(job)).Results.ShouldHaveSingleItem().Code.ShouldBe("archived-by-operator");
    }

    [Fact]
    public async Task A_slow_consumer_does_not_hold_up_others()
    {
        var slow = await EmitAsync("slow", 6);
        var poked = (await EmitAsync("succeed"))[0];

        await EventAsync(poked, found => found.Aggregate == OutboxStatus.Success);

        (await EventAsync(slow[0])).IsRunning.ShouldBeTrue();
        await FaultAsync("outbox-slow", on: false);
    }

    [Fact]
    public async Task A_paused_lane_keeps_its_work_until_it_goes_on()
    {
        (await AskAsync<OutboxLane>("pause-lane", new { consumer = "log-poke" })).IsPaused.ShouldBeTrue();
        (await AskAsync<OutboxLane>("pause-lane", new { consumer = "log-poke" })).IsPaused.ShouldBeTrue();
        var id = (await EmitAsync("succeed"))[0];
        (await IdleAsync()).Idle.ShouldBeTrue();
        (await EventAsync(id)).Jobs.Single(job => job.Consumer == "log-poke").ReadCount.ShouldBe(0);
        (await EventAsync(id)).Jobs.Single(job => job.Consumer == "log-greeting").Status.ShouldBe(OutboxStatus.Success);
        (await LaneAsync("log-poke")).Due.ShouldBe(1);

        (await AskAsync<OutboxLane>("resume-lane", new { consumer = "log-poke" })).IsPaused.ShouldBeFalse();

        await EventAsync(id, found => found.Aggregate == OutboxStatus.Success);
    }

    [Fact]
    public async Task Lanes_show_their_load()
    {
        await EmitAsync("slow", 6);
        await RunAsync("fail");
        await WaitAsync(async () => (await LaneAsync("slow")).Running == 4);

        var slow = await LaneAsync("slow");
        (slow.Due, slow.Nodes, slow.EventName).ShouldBe((2, 1, "testing/stalled"));
        slow.OldestDueAt.ShouldNotBeNull();
        (await LaneAsync("bad")).Failed.ShouldBe(1);
        await FaultAsync("outbox-slow", on: false);
    }

    [Fact]
    public async Task Processing_the_queue_ends_rests_and_reports()
    {
        await EmitAsync("fail", 2);
        await EmitAsync("succeed");
        await WaitAsync(async () => (await ListAsync(new { consumerStatus = "retrying" })).Total == 2);
        await AskAsync<OutboxLane>("pause-lane", new { consumer = "log-poke" });
        await EmitAsync("succeed");

        var report = await AskAsync<ProcessQueueResponse>("process-queue", new { });

        report.Claimed.ShouldBeGreaterThanOrEqualTo(2);
        report.Claimed.ShouldBe(report.Succeeded + report.Failed + report.Retrying);
        report.StillDue.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_watches_hears_of_every_change()
    {
        await using var watch = await EventStream.PostAsync(Admin, "outbox/watch", new { });
        (await NextAsync(watch))["eventSeq"].ShouldNotBeNull();
        var id = (await EmitAsync("slow"))[0];
        var seq = (await EventAsync(id)).Seq;

        await UntilAsync(watch, change => change["eventSeq"]!.GetValue<long>() == seq && change["isRunning"]!.GetValue<bool>());
        await FaultAsync("outbox-slow", on: false);
        await UntilAsync(watch, change => change["eventSeq"]!.GetValue<long>() == seq && change["status"]!.GetValue<string>() == "success");
        using var refused = await Admin.PostAsync("outbox/watch", new { after = "yesterday" });
        await refused.ProblemAsync(ErrorCodes.InvalidInput);
    }

    [Fact]
    public async Task Everything_can_be_purged()
    {
        await AskAsync<OutboxLane>("pause-lane", new { consumer = "bad" });
        await EmitAsync("fail", 5);

        (await Admin.CallAsync<PurgeOutboxResponse>("testing/purge", new { })).Events.ShouldBeGreaterThanOrEqualTo(5);

        (await ListAsync(new { eventName = "testing/spoiled" })).Total.ShouldBe(0);
        (await LaneAsync("bad")).IsPaused.ShouldBeFalse();
    }

    private static async Task UntilAsync(EventStream watch, Func<JsonNode, bool> found)
    {
        while (!found(await NextAsync(watch)))
        {
        }
    }

    private static async Task<JsonNode> NextAsync(EventStream watch)
    {
        var frame = await watch.NextAsync();
        while (frame!.Data is null)
        {
            frame = await watch.NextAsync();
        }

        return frame.Json;
    }

    private static async Task WaitAsync(Func<Task<bool>> done)
    {
        while (!await done())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task<OutboxLane> LaneAsync(string consumer) =>
        (await AskAsync<ListOutboxLanesResponse>("list-lanes", new { })).Lanes.Single(lane => lane.Consumer == consumer);

    private async Task<OutboxJobView> JobAsync(OutboxJobView job) =>
        (await ListAsync(new { consumerName = job.Consumer })).Events.SelectMany(found => found.Jobs).Single(found => found.JobId == job.JobId);
}
