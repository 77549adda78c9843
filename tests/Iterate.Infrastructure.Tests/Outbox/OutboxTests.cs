using System.Collections.Concurrent;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;
using Iterate.Testing;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

public sealed class OutboxTests : IAsyncLifetime
{
    private TestDatabase? _database;

    private static CancellationToken InTime => OutboxHost.InTime;

    private TestDatabase Database => _database!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    [Fact]
    public async Task Committed_work_runs_and_what_was_rolled_back_never_does()
    {
        var seen = new ConcurrentBag<string>();
        await using var node = await OutboxHost.StartAsync(Database, Recording("log", seen));
        await using (var context = await node.ContextAsync())
        {
            await using var transaction = await context.Database.BeginTransactionAsync(InTime);
            await node.Outbox.EnqueueAsync(context, new OutboxDraft<Poked>(new("log never")), InTime);
            await transaction.RollbackAsync(InTime);
        }

        await node.EnqueueAsync([.. Enumerable.Range(0, 50).Select(number => new Poked($"log {number}"))]);

        var jobs = await node.EndedAsync();
        jobs.Count.ShouldBe(50);
        jobs.ShouldAllBe(job => job.Status == "success" && job.ReadCount == 1 && job.LastText == "seen");
        seen.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 50).Select(number => $"log {number}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Enqueuing_without_a_transaction_is_refused()
    {
        await using var node = OutboxHost.Create(Database);
        await using var context = await node.ContextAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => node.Outbox.EnqueueAsync(context, new OutboxDraft<Poked>(new("a")), InTime));
    }

    [Fact]
    public async Task An_event_nobody_wants_is_stored_without_jobs()
    {
        await using var node = OutboxHost.Create(Database, Recording("log", []));
        await node.EnqueueAsync(new Poked("other"));
        (await node.CountAsync("outbox_event")).ShouldBe(1);
        (await node.CountAsync("outbox_job")).ShouldBe(0);
    }

    [Fact]
    public async Task A_dedup_key_gives_one_event_and_one_set_of_jobs_also_in_a_race()
    {
        await using var node = OutboxHost.Create(Database, Recording("log", []));
        var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            await using var context = await node.ContextAsync();
            await using var transaction = await context.Database.BeginTransactionAsync(InTime);
            var id = await node.Outbox.EnqueueAsync(context, new OutboxDraft<Poked>(new("log once")) { DedupKey = "once" }, InTime);
            await transaction.CommitAsync(InTime);
            return id;
        })));

        ids.Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        (await node.CountAsync("outbox_event")).ShouldBe(1);
        (await node.CountAsync("outbox_job")).ShouldBe(1);
    }

    [Fact]
    public async Task A_job_that_fails_is_tried_again_and_keeps_what_went_wrong()
    {
        await using var node = await OutboxHost.StartAsync(
            Database, new PokedConsumer("flaky", (context, _, _) => context.Attempt < 3 ? throw new TimeoutException($"Attempt {context.Attempt}") : Task.FromResult("there")));
        await node.EnqueueAsync(new Poked("flaky"));

        var job = (await node.EndedAsync()).ShouldHaveSingleItem();
        job.Status.ShouldBe("success");
        job.Outcomes.ShouldBe(["error", "error", "success"]);
        ((string?)job.Results[1]["text"]).ShouldBe("Attempt 2");
        ((int?)job.Results[2]["attempt"]).ShouldBe(3);
    }

    [Fact]
    public async Task A_job_without_attempts_left_is_a_dead_letter()
    {
        await using var node = await OutboxHost.StartAsync(
            Database, new PokedConsumer("bad", (_, _, _) => throw new InvalidDataException($"It never works {(char)0}{new string('x', 1_980)}\U0001F600")) { Policy = RetryPolicy.Fixed(3, TimeSpan.FromMilliseconds(1)) });
        await node.EnqueueAsync(new Poked("bad"));

        var job = (await node.EndedAsync()).ShouldHaveSingleItem();
        job.Status.ShouldBe("failed");
        job.Outcomes.ShouldBe(["error", "error", "error"]);
        job.LastText!.ShouldStartWith("It never works \uFFFDxxx");
        job.LastText.Length.ShouldBeLessThanOrEqualTo(2_000);
    }

    [Fact]
    public async Task What_cannot_work_fails_at_once_with_its_code()
    {
        await using var node = await OutboxHost.StartAsync(
            Database, new PokedConsumer("bad", (_, _, _) => throw new NonRetryableException("no-such-machine", "It is gone")));
        await node.EnqueueAsync(new Poked("bad"));

        var job = (await node.EndedAsync()).ShouldHaveSingleItem();
        job.Status.ShouldBe("failed");
        job.ReadCount.ShouldBe(1);
        job.LastCode.ShouldBe("no-such-machine");
    }

    [Fact]
    public async Task A_payload_that_does_not_parse_is_a_dead_letter_and_the_lane_goes_on()
    {
        var seen = new ConcurrentBag<string>();
        var consumer = Recording("log", seen);
        await using (var before = OutboxHost.Create(Database, consumer))
        {
            await before.EnqueueAsync(new Poked("log broken"), new Poked("log whole"));
            await before.ExecuteAsync("""update outbox_event set payload = '{"wrong": 1}' where payload ->> 'text' = 'log broken'""");
        }

        await using var node = await OutboxHost.StartAsync(Database, consumer);

        var jobs = await node.EndedAsync();
        jobs.Select(job => job.Status).ShouldBe(["failed", "success"]);
        jobs[0].LastCode.ShouldBe("bad-payload");
        seen.ShouldBe(["log whole"]);
    }

    [Fact]
    public async Task A_postponed_job_uses_no_attempt()
    {
        var calls = 0;
        await using var node = await OutboxHost.StartAsync(Database, new PokedConsumer("later", (context, _, _) =>
            ++calls < 4 ? throw new PostponeException(DateTimeOffset.UtcNow.AddMilliseconds(20), "Not yet") : Task.FromResult($"attempt {context.Attempt}")));
        await node.EnqueueAsync(new Poked("later"));

        var job = (await node.EndedAsync()).ShouldHaveSingleItem();
        job.LastText.ShouldBe("attempt 1");
        job.Results.ShouldHaveSingleItem();
    }

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
    public async Task An_attempt_over_its_run_limit_is_cancelled_and_tried_again()
    {
        await using var node = await OutboxHost.StartAsync(Database, new PokedConsumer("slow", async (context, _, cancellationToken) =>
        {
            if (context.Attempt == 1)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return "quick";
        }) { Limit = TimeSpan.FromMilliseconds(100) });
        await node.EnqueueAsync(new Poked("slow"));

        (await node.EndedAsync()).ShouldHaveSingleItem().Outcomes.ShouldBe(["timed-out", "success"]);
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
    public async Task What_is_completed_with_commits_with_the_success_or_not_at_all()
    {
        await using var node = await OutboxHost.StartAsync(Database, new PokedConsumer("write", async (context, _, cancellationToken) =>
        {
            await context.CompleteWithAsync(async database =>
            {
                await database.Database.ExecuteSqlAsync($"create table if not exists effect (attempt integer)", cancellationToken);
                await database.Database.ExecuteSqlAsync($"insert into effect values ({context.Attempt})", cancellationToken);
                if (context.Attempt == 1)
                {
                    throw new TimeoutException("In the middle");
                }
            }, cancellationToken);
            throw new InvalidOperationException("After the commit: too late to change anything");
        }));
        await node.EnqueueAsync(new Poked("write"));

        (await node.EndedAsync()).ShouldHaveSingleItem().Outcomes.ShouldBe(["error", "success"]);
        (await node.CountAsync("effect where attempt = 2")).ShouldBe(1);
        (await node.CountAsync("effect")).ShouldBe(1);
    }

    [Fact]
    public async Task What_a_handler_enqueues_names_its_cause()
    {
        string? child = null;
        OutboxHost? running = null;
        await using var node = await OutboxHost.StartAsync(Database, new PokedConsumer("parent", async (_, _, _) =>
        {
            child = (await running!.EnqueueAsync(new Poked("child")))[0];
            return "done";
        }));
        running = node;
        var parent = (await node.EnqueueAsync(new Poked("parent")))[0];
        await node.EndedAsync();

        var cause = (await node.CauseAsync(child!))["causedBy"]!;
        ((string?)cause["eventId"]).ShouldBe(parent);
        ((string?)cause["consumer"]).ShouldBe("parent");
        (await node.CauseAsync(parent)).AsObject().ContainsKey("causedBy").ShouldBeFalse();
    }

    [Fact]
    public async Task A_payload_over_its_limit_is_refused()
    {
        await using var node = OutboxHost.Create(Database);
        var refusal = await Should.ThrowAsync<ApiException>(() => node.EnqueueAsync(new Poked(new('x', 300_000))));
        refusal.Code.ShouldBe(ErrorCodes.PayloadTooLarge);
        (await node.CountAsync("outbox_event")).ShouldBe(0);
    }

    [Fact]
    public void Two_consumers_of_one_name_fail_at_start() =>
        Should.Throw<InvalidOperationException>(() => new ConsumerRegistry([Recording("log", []), Recording("log", [])]));

    private static PokedConsumer Recording(string name, ConcurrentBag<string> seen, RetryPolicy? retry = null) => new(name, (_, payload, _) =>
    {
        seen.Add(payload.Text);
        return Task.FromResult("seen");
    })
    { Policy = retry ?? RetryPolicy.Default };

    private static JobEnd.Succeeded Succeeded(ClaimedJob job) => new(new(job.ReadCount, AttemptOutcome.Success, "done", null, "by-hand", job.StartedAt, 1));
}
