using System.Collections.Concurrent;
using Iterate.Domain.Outbox;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>How attempts end and what follows.</summary>
public sealed class AttemptTests : OutboxTest
{
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
    public async Task A_secret_in_what_went_wrong_is_not_stored()
    {
        await using var node = await OutboxHost.StartAsync(
            Database, new PokedConsumer("bad", (_, _, _) => throw new NonRetryableException("refused", "Bearer itc_0123456789abcdef was refused")));
        await node.EnqueueAsync(new Poked("bad"));

        (await node.EndedAsync()).ShouldHaveSingleItem().LastText.ShouldBe("Bearer itc_*** was refused");
    }

    [Fact]
    public async Task A_job_without_attempts_left_is_a_dead_letter()
    {
        await using var node = await OutboxHost.StartAsync(
            Database, new PokedConsumer("bad", (_, _, _) => throw new InvalidDataException($"It never works {(char)0}{(char)0xD800}{new string('x', 1_980)}\U0001F600")) { Policy = RetryPolicy.Fixed(3, TimeSpan.FromMilliseconds(1)) });
        await node.EnqueueAsync(new Poked("bad"));

        var job = (await node.EndedAsync()).ShouldHaveSingleItem();
        job.Status.ShouldBe("failed");
        job.Outcomes.ShouldBe(["error", "error", "error"]);
        job.LastText!.ShouldStartWith("It never works \uFFFD\uFFFDxxx");
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
    public async Task A_job_postponed_for_ever_begins_to_use_its_attempts()
    {
        await using var node = await OutboxHost.StartAsync(
            Database, new PokedConsumer("later", (_, _, _) => throw new PostponeException(DateTimeOffset.UtcNow, "Not yet")) { Policy = RetryPolicy.Fixed(2, TimeSpan.Zero) });
        await node.EnqueueAsync(new Poked("later"));

        var job = (await node.EndedAsync()).ShouldHaveSingleItem();
        job.Status.ShouldBe("failed");
        job.ReadCount.ShouldBe(2);
        job.Results.ShouldAllBe(result => (string?)result["code"] == "postponed-too-often");
        (await node.CountAsync("outbox_job where postponed = 100")).ShouldBe(1);
    }

    [Fact]
    public async Task An_error_that_says_when_to_come_back_is_obeyed_up_to_an_hour()
    {
        await using var node = await OutboxHost.StartAsync(
            Database, new PokedConsumer("busy", (context, _, _) => throw new BusyException(TimeSpan.FromMinutes(context.Attempt * 40))) { Policy = RetryPolicy.Fixed(3, TimeSpan.Zero) });
        await node.EnqueueAsync(new Poked("busy"));

        await node.JobsAsync(job => job.Status == "retrying");
        (await node.CountAsync("outbox_job where visible_at - started_at between interval '39 minutes' and interval '41 minutes'")).ShouldBe(1);
        await node.ExecuteAsync("update outbox_job set visible_at = now()");
        await node.JobsAsync(job => job is { Status: "retrying", Results.Count: 2, IsLeased: false });
        (await node.CountAsync("outbox_job where visible_at - started_at between interval '59 minutes' and interval '61 minutes'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_results_of_the_newest_fifty_attempts_are_kept()
    {
        await using var node = await OutboxHost.StartAsync(
            Database, new PokedConsumer("bad", (context, _, _) => throw new InvalidDataException($"{context.Attempt}")) { Policy = RetryPolicy.Fixed(50, TimeSpan.Zero) });
        await node.EnqueueAsync(new Poked("bad"));
        await node.EndedAsync();
        await node.ExecuteAsync("update outbox_job set status = 'pending', archived_at = null, finished_at = null, max_attempts = 53");

        var job = (await node.JobsAsync(job => job is { Status: "failed", ReadCount: 53 })).ShouldHaveSingleItem();
        job.Results.Count.ShouldBe(50);
        ((int?)job.Results[0]["attempt"]).ShouldBe(4);
        job.LastText.ShouldBe("53");
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
    public async Task What_is_completed_with_commits_with_the_success_or_not_at_all()
    {
        await using var node = await OutboxHost.StartAsync(Database, new PokedConsumer("write", async (context, _, cancellationToken) =>
        {
            await context.CompleteWithAsync(async database =>
            {
                await database.Database.ExecuteSqlAsync($"insert into effect values ({context.Attempt})", cancellationToken);
                if (context.Attempt == 1)
                {
                    throw new TimeoutException("In the middle");
                }
            }, cancellationToken);
            throw new InvalidOperationException("After the commit: too late to change anything");
        }));
        await node.ExecuteAsync("create table effect (attempt integer)");
        await node.EnqueueAsync(new Poked("write"));

        var job = (await node.EndedAsync()).ShouldHaveSingleItem();
        job.Outcomes.ShouldBe(["error", "success"], string.Join(Environment.NewLine, job.Results.Select(result => result.ToJsonString())));
        (await node.CountAsync("effect where attempt = 2")).ShouldBe(1);
        (await node.CountAsync("effect")).ShouldBe(1);
    }

    [Fact]
    public async Task A_connection_on_which_a_handler_completed_its_job_or_failed_to_serves_others()
    {
        // Nothing runs beside it, so every transaction is on the same connection.
        await using var node = OutboxHost.Create(Database, new PokedConsumer("write", async (context, _, cancellationToken) =>
        {
            await context.CompleteWithAsync(
                _ => context.Attempt == 1 ? throw new TimeoutException("In the middle") : Task.CompletedTask, cancellationToken);
            return "done";
        }));
        await node.EnqueueAsync(new Poked("write"));

        foreach (var status in new[] { "retrying", "success" })
        {
            var job = (await node.ClaimAsync(later: TimeSpan.FromSeconds(10))).ShouldHaveSingleItem();
            var end = await node.RunAsync(job, TimeProvider.System, CancellationToken.None);
            end!.Status.ShouldBe(status, end.Result?.Text);
            await node.EndAsync(job, end);
            await node.EnqueueAsync(new Poked("something else"));
        }

        (await node.CountAsync("outbox_event")).ShouldBe(3);
    }

    private sealed class BusyException(TimeSpan retryAfter) : Exception("Come back later"), IRetryAfter
    {
        public TimeSpan? RetryAfter => retryAfter;
    }
}
