using System.Collections.Concurrent;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;
using Iterate.Testing;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>Who works on a job, and who may not (outbox.md, Claim, run, finish).</summary>
public sealed class ClaimTests : OutboxTest
{
    [Fact]
    public async Task Jobs_of_one_serial_key_never_run_side_by_side_across_nodes()
    {
        var running = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var overlaps = 0;
        PokedConsumer Consumer() => new("serial", async (_, payload, _) =>
        {
            if (running.AddOrUpdate(payload.Key!, 1, (_, count) => count + 1) > 1)
            {
                Interlocked.Increment(ref overlaps);
            }

            await Task.Yield();
            running.AddOrUpdate(payload.Key!, 0, (_, count) => count - 1);
            return "done";
        });
        await using var one = await OutboxHost.StartAsync(Database, Consumer());
        await using var two = await OutboxHost.StartAsync(Database, Consumer());

        await Task.WhenAll(
            one.EnqueueAsync([.. Enumerable.Range(0, 60).Select(number => new Poked("serial", $"key {number % 3}"))]),
            two.EnqueueAsync([.. Enumerable.Range(0, 60).Select(number => new Poked("serial", $"key {number % 3}"))]));

        var jobs = await one.EndedAsync();
        jobs.Count.ShouldBe(120);
        jobs.ShouldAllBe(job => job.Status == "success" && job.ReadCount == 1);
        overlaps.ShouldBe(0);
    }

    [Fact]
    public async Task Claims_of_a_lane_with_serial_keys_wait_for_each_other()
    {
        await using var node = OutboxHost.Create(Database, Recording("log", []));
        await node.EnqueueAsync(new Poked("log", "key"));
        await using var context = await node.ContextAsync();
        await using var transaction = await context.Database.BeginTransactionAsync(InTime);
        await context.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended('outbox:log', 0))", InTime);

        var claim = node.ClaimAsync();
        while (await node.CountAsync("pg_stat_activity where wait_event = 'advisory' and datname = current_database()") == 0)
        {
            claim.IsCompleted.ShouldBeFalse();
        }

        await transaction.RollbackAsync(InTime);
        (await claim).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_key_with_thousands_of_due_jobs_holds_up_no_other_key()
    {
        await using var node = OutboxHost.Create(Database, Recording("log", []));
        for (var batch = 0; batch < 5; batch++)
        {
            await node.EnqueueAsync([.. Enumerable.Range(0, 1_000).Select(_ => new Poked("log", "crowded"))]);
        }

        await node.EnqueueAsync(new Poked("log", "quiet"), new Poked("log", "calm"));

        var claimed = await node.ClaimAsync();
        claimed.Count.ShouldBe(3);
        (await node.ClaimAsync()).ShouldBeEmpty();
        (await node.EndAsync(claimed[0], Succeeded(claimed[0]))).ShouldBeTrue();
        (await node.ClaimAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_lane_that_hangs_holds_up_no_other()
    {
        var release = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new ConcurrentBag<string>();
        await using var node = await OutboxHost.StartAsync(Database, new PokedConsumer("slow", (_, _, _) => release.Task), Recording("log", seen));
        await node.EnqueueAsync([.. Enumerable.Range(0, 20).Select(_ => new Poked("slow")), new Poked("log")]);

        var jobs = await node.JobsAsync(jobs => jobs.Count(job => job.IsLeased) == 4 && jobs.All(job => job.Consumer is "slow" || job.Status is "success"));
        jobs.Count.ShouldBe(21);
        release.SetResult("at last");
        (await node.EndedAsync()).ShouldAllBe(job => job.Status == "success");
    }

    [Fact]
    public async Task Whoever_comes_with_an_old_claim_changes_nothing()
    {
        await using var node = OutboxHost.Create(Database, Recording("log", []));
        await node.EnqueueAsync(new Poked("log"));
        var first = (await node.ClaimAsync()).ShouldHaveSingleItem();
        (await node.ClaimAsync()).ShouldBeEmpty();
        var second = (await node.ClaimAsync(later: TimeSpan.FromSeconds(31))).ShouldHaveSingleItem();

        second.Epoch.ShouldBe(first.Epoch + 1);
        (await node.Store.RenewAsync(first, DateTimeOffset.UtcNow.AddHours(1), InTime)).ShouldBeFalse();
        (await node.EndAsync(first, Succeeded(first))).ShouldBeFalse();
        (await node.EndAsync(second, Succeeded(second))).ShouldBeTrue();
        (await node.EndAsync(second, Succeeded(second))).ShouldBeFalse();
        var job = (await node.EndedAsync()).ShouldHaveSingleItem();
        job.Outcomes.ShouldBe(["lease-expired", "success"]);
    }

    [Fact]
    public async Task A_job_that_killed_its_node_each_time_ends_as_crashed()
    {
        var seen = new ConcurrentBag<string>();
        var consumer = Recording("log", seen, RetryPolicy.Fixed(3, TimeSpan.Zero));
        await using (var doomed = OutboxHost.Create(Database, consumer))
        {
            await doomed.EnqueueAsync(new Poked("log"));
            for (var death = 0; death < 3; death++)
            {
                (await doomed.ClaimAsync()).ShouldHaveSingleItem();
                await doomed.ExecuteAsync("update outbox_job set lease_until = now() - interval '1 second'");
            }
        }

        await using var node = await OutboxHost.StartAsync(Database, consumer);

        var job = (await node.EndedAsync()).ShouldHaveSingleItem();
        job.Status.ShouldBe("failed");
        job.LastCode.ShouldBe("crashed");
        job.Outcomes.ShouldBe(["lease-expired", "lease-expired", "lease-expired", "error"]);
        seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lease_is_renewed_for_as_long_as_its_handler_runs()
    {
        var attempts = 0;
        var release = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new PokedConsumer("long", (_, _, _) =>
        {
            Interlocked.Increment(ref attempts);
            return release.Task;
        }) { Visibility = TimeSpan.FromMilliseconds(600) };
        await using var one = await OutboxHost.StartAsync(Database, consumer);
        await using var two = await OutboxHost.StartAsync(Database, consumer);
        await one.EnqueueAsync(new Poked("long"));

        await one.JobsAsync(job => job.LeasedFor > TimeSpan.FromSeconds(2));
        release.SetResult("there");

        (await one.EndedAsync()).ShouldHaveSingleItem().Outcomes.ShouldBe(["success"]);
        attempts.ShouldBe(1);
    }

    [Fact]
    public async Task A_node_that_stops_gives_its_jobs_back_without_using_an_attempt()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var first = await OutboxHost.StartAsync(Database, new PokedConsumer("log", async (_, _, cancellationToken) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return "never";
        })))
        {
            await first.EnqueueAsync(new Poked("log"));
            await started.Task.WaitAsync(InTime);
        }

        await using var second = await OutboxHost.StartAsync(Database, Recording("log", []));
        var job = (await second.EndedAsync()).ShouldHaveSingleItem();
        job.ReadCount.ShouldBe(1);
        job.Outcomes.ShouldBe(["success"]);
    }

    [Fact]
    public async Task A_handler_that_ignores_that_the_node_stops_is_left_to_its_lease()
    {
        var release = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var node = OutboxHost.Create(Database, new PokedConsumer("deaf", (_, _, _) =>
        {
            started.SetResult();
            return release.Task;
        }));
        await node.EnqueueAsync(new Poked("deaf"));
        var job = (await node.ClaimAsync()).ShouldHaveSingleItem();
        var time = new ManualTime(DateTimeOffset.UtcNow);
        using var stopping = new CancellationTokenSource();
        var running = node.RunAsync(job, time, stopping.Token);
        await started.Task.WaitAsync(InTime);

        await stopping.CancelAsync();
        running.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(20));

        (await running.WaitAsync(InTime)).ShouldBeNull();
        (await node.JobsAsync(stored => stored.IsLeased)).ShouldHaveSingleItem();
        release.SetResult("too late");
    }

    [Fact]
    public void Two_consumers_of_one_name_fail_at_start() =>
        Should.Throw<InvalidOperationException>(() => new ConsumerRegistry([Recording("log", []), Recording("log", [])]));

    private static JobEnd Succeeded(ClaimedJob job) => JobEnd.Succeeded(new(job.ReadCount, OutboxOutcome.Success, "done", "by-hand", job.StartedAt, 1));
}
