using System.Collections.Concurrent;
using Iterate.Infrastructure.Outbox;
using Iterate.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>What nodes know of each other (requirements O-18, O-28 and O-30).</summary>
public sealed class NodesTests : OutboxTest
{
    [Fact]
    public async Task A_commit_on_one_node_wakes_the_lane_of_another()
    {
        // A clock that stands still never polls a second time, so only the hint can have told it. What is enqueued by
        // the one that stopped first is due for the other.
        await using var node = await OutboxHost.StartAsync(Database, On(new ManualTime(DateTimeOffset.UtcNow)), WithoutSlots("log"));
        await node.Get<NodeHeartbeat>().Declared.WaitAsync(InTime);
        await using var other = await OutboxHost.StartAsync(Database, On(new ManualTime(DateTimeOffset.UtcNow)), Recording("log", []));
        await other.Get<HintListener>().Listening.WaitAsync(InTime);

        await node.EnqueueAsync(new Poked("log"));

        ((string?)(await node.EndedAsync()).ShouldHaveSingleItem().Results[0]["node"]).ShouldBe(other.Name);
    }

    [Fact]
    public async Task Without_hints_the_poll_finds_the_work()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var other = await OutboxHost.StartAsync(Database, On(time), Recording("log", []));
        await using var node = await OutboxHost.StartAsync(
            Database, services => services.Configure<OutboxOptions>(options => options.Hints = false), WithoutSlots("log"));
        await node.EnqueueAsync(new Poked("log"));

        await other.JobsAsync(job =>
        {
            time.Advance(TimeSpan.FromMilliseconds(1_300));
            return job.Status == "success";
        });
    }

    [Fact]
    public async Task Many_commits_make_few_hints()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var node = await OutboxHost.StartAsync(Database, On(time), WithoutSlots("log"));
        var heard = new ConcurrentQueue<string>();
        await using var connection = await Database.DataSource.OpenConnectionAsync(InTime);
        connection.Notification += (_, notification) => heard.Enqueue(notification.Payload);
        await using var command = connection.CreateCommand();
        command.CommandText = $"listen {OutboxHint.Channel}";
        await command.ExecuteNonQueryAsync(InTime);
        var hints = node.Get<HintSender>();

        hints.HasWork(["one"]);
        await connection.WaitAsync(InTime);
        for (var commit = 0; commit < 100; commit++)
        {
            hints.HasWork([$"lane {commit % 3}"]);
        }

        while (heard.Count < 2)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await connection.WaitAsync(TimeSpan.FromMilliseconds(100), InTime);
        }

        OutboxHint.TryParse(heard.Last())!.Lanes.ShouldBe(["lane 0", "lane 1", "lane 2"], ignoreOrder: true);
    }

    [Fact]
    public void A_hint_that_is_too_long_says_that_there_is_something()
    {
        var progress = Enumerable.Range(0, 50).Select(number => new JobProgress(number, "obj_1", new('x', 200), null)).ToArray();
        OutboxHint.TryParse(new OutboxHint("node", ["log"], ["obj_1"], progress).ToString())!.Progress.ShouldBeNull();
        OutboxHint.TryParse(new OutboxHint("node", ["log"], ["obj_1"], progress).ToString())!.Lanes.ShouldBe(["log"]);
        var many = Enumerable.Range(0, 500).Select(number => $"a-lane-with-a-long-name-{number}").ToArray();
        OutboxHint.TryParse(new OutboxHint("node", many, null, null).ToString())!.Lanes.ShouldBeNull();
        OutboxHint.TryParse("something else").ShouldBeNull();
    }

    [Fact]
    public async Task A_node_whose_clock_is_wrong_goes_by_that_of_the_database()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow.AddHours(1));
        await using var node = OutboxHost.Create(Database, On(time), Recording("log", []));
        (node.Get<OutboxNode>().Now - DateTimeOffset.UtcNow).ShouldBeGreaterThan(TimeSpan.FromMinutes(59));

        await node.Get<NodeHeartbeat>().BeatAsync(InTime);

        (node.Get<OutboxNode>().Now - DateTimeOffset.UtcNow).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(10));
        await node.EnqueueAsync(new Poked("log"));
        (await node.ClaimAsync(later: TimeSpan.FromSeconds(10))).ShouldHaveSingleItem();
        (await node.CountAsync("outbox_node where clock_offset_ms between -3610000 and -3590000")).ShouldBe(1);
    }

    [Fact]
    public async Task A_job_without_a_consumer_anywhere_is_given_up_after_ten_minutes()
    {
        await using var old = OutboxHost.Create(Database, Recording("gone", []));
        await old.EnqueueAsync(new Poked("gone"), new Poked("gone too"));
        await old.Get<NodeHeartbeat>().BeatAsync(InTime);
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var node = OutboxHost.Create(Database, On(time), Recording("log", []));
        await node.EnqueueAsync(new Poked("log"));
        await node.Get<NodeHeartbeat>().BeatAsync(InTime);
        var leader = node.Get<UpkeepLeader>();
        await leader.TurnAsync(InTime);

        time.Advance(TimeSpan.FromMinutes(9));
        await leader.TurnAsync(InTime);
        (await node.CountAsync("outbox_job where status = 'failed'")).ShouldBe(0);

        // The old node still lived a minute ago.
        time.Advance(TimeSpan.FromMinutes(2));
        await node.ExecuteAsync($"update outbox_node set seen_at = now() + interval '10 minutes'");
        await leader.TurnAsync(InTime);
        (await node.CountAsync("outbox_job where status = 'failed'")).ShouldBe(0);

        await node.ExecuteAsync($"update outbox_node set seen_at = now() where name = '{old.Name}'");
        await leader.TurnAsync(InTime);
        var jobs = await node.JobsAsync((StoredJob _) => true);
        jobs.Select(job => job.Status).ShouldBe(["failed", "failed", "pending"]);
        jobs[0].LastCode.ShouldBe("missing-consumer");
    }

    [Fact]
    public async Task A_node_that_has_just_started_gives_nothing_up()
    {
        await using var old = OutboxHost.Create(Database, Recording("gone", []));
        await old.EnqueueAsync(new Poked("gone"));
        await old.ExecuteAsync("update outbox_job set visible_at = visible_at - interval '1 day'");
        await using var node = OutboxHost.Create(Database);

        await node.Get<UpkeepLeader>().TurnAsync(InTime);

        (await node.CountAsync("outbox_job where status = 'pending'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_consumer_of_a_new_build_runs_on_nodes_that_have_it()
    {
        await using var old = await OutboxHost.StartAsync(Database, Recording("log", []));
        await using var fresh = await OutboxHost.StartAsync(Database, Recording("new", []));
        await fresh.EnqueueAsync([.. Enumerable.Range(0, 20).Select(_ => new Poked("new"))]);

        (await old.EndedAsync()).ShouldAllBe(job => (string?)job.Results[0]["node"] == fresh.Name && job.ReadCount == 1);
    }

    [Fact]
    public async Task Progress_of_a_job_is_told_on_other_nodes_and_stored_nowhere()
    {
        await using var other = await OutboxHost.StartAsync(Database);
        await other.Get<HintListener>().Listening.WaitAsync(InTime);
        using var listening = other.Get<RunningJobs>().Listen(out var told);
        await using var node = await OutboxHost.StartAsync(Database, new PokedConsumer("slow", (context, _, _) =>
        {
            context.Progress($"half {new string('x', 300)}", 0.5);
            return Task.FromResult("done");
        }));
        await node.EnqueueAsync(new Poked("slow"));

        var progress = await told.ReadAsync(InTime);
        progress.Text.ShouldStartWith("half x");
        progress.Text.Length.ShouldBe(200);
        progress.Fraction.ShouldBe(0.5);
        (await node.EndedAsync()).ShouldHaveSingleItem().Results.ShouldHaveSingleItem().ToJsonString().ShouldNotContain("half");
    }

    private static PokedConsumer WithoutSlots(string name) => new(name, (_, _, _) => throw new InvalidOperationException("It has no slots.")) { Slots = 0 };
}
