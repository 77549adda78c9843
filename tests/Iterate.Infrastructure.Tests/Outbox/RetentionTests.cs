using Iterate.Infrastructure.Outbox;
using Iterate.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>What is deleted, what stays, and how gently (requirements O-12, O-39 and O-40).</summary>
public sealed class RetentionTests : OutboxTest
{
    [Fact]
    public async Task Only_events_whose_every_job_is_past_retention_go()
    {
        await using var node = OutboxHost.Create(Database, Recording("one", []), new PokedConsumer("on", (_, _, _) => Task.FromResult("done")));
        await node.EnqueueAsync(
            new Poked("one fresh success"), new Poked("one old success"), new Poked("one old failure"), new Poked("one older failure"),
            new Poked("one unfinished"), new Poked("one mixed"), new Poked("nobody wants it"));
        await node.ExecuteAsync("update outbox_event set created_at = now() - interval '40 days'");
        await EndAsync(node, "one fresh success", "success", 6);
        await EndAsync(node, "one old success", "success", 8);
        await EndAsync(node, "one old failure", "failed", 8);
        await EndAsync(node, "one older failure", "failed", 31);
        await EndAsync(node, "one mixed", "success", 8);
        await node.ExecuteAsync("""
            update outbox_job set status = 'failed', archived_at = now() - interval '20 days'
            where consumer = 'on' and event_seq = (select seq from outbox_event where payload ->> 'text' = 'one mixed')
            """);

        var examined = await node.Get<Retention>().DeleteEventsAsync(0, DateTimeOffset.UtcNow, InTime);

        examined.Deleted.ShouldBe(3);
        examined.IsEnd.ShouldBeTrue();
        (await node.CountAsync("outbox_event where payload ->> 'text' in ('one old success', 'one older failure', 'nobody wants it')")).ShouldBe(0);
        (await node.CountAsync("outbox_event")).ShouldBe(4);
        (await node.CountAsync("outbox_job")).ShouldBe(8);
    }

    [Fact]
    public async Task A_batch_a_second_and_no_more_than_a_thousand_in_it()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var node = OutboxHost.Create(Database, On(time));
        await node.ExecuteAsync("""
            insert into outbox_event (event_id, name, payload, context, created_at)
            select 'obe_' || number, 'testing/poked', '{}', '{}', now() - interval '8 days' from generate_series(1, 2500) as number
            """);
        await using var pruner = OutboxHost.Create(Database, On(time));
        await using (var context = await pruner.ContextAsync())
        {
            await using var transaction = await context.Database.BeginTransactionAsync(InTime);
            await pruner.Outbox.EnqueueAsync(context, new OutboxDraft<RetentionCameDue>(new(time.GetUtcNow())), InTime);
            await transaction.CommitAsync(InTime);
        }

        var consumer = pruner.Get<ConsumerRegistry>().All.OfType<PruneOutbox>().Single();
        var job = (await pruner.Store.EndAndClaimAsync(consumer, "by-hand", DateTimeOffset.UtcNow.AddSeconds(1), [], 1, InTime)).Claimed.ShouldHaveSingleItem();
        var running = pruner.Get<JobRunner>().RunAsync(consumer, job, CancellationToken.None);
        var inTime = InTime;
        foreach (var left in new[] { 1_500, 500, 0 })
        {
            while (await node.CountAsync("outbox_event where name = 'testing/poked'") > left)
            {
                running.IsCompleted.ShouldBeFalse();
                inTime.ThrowIfCancellationRequested();
            }

            (await node.CountAsync("outbox_event where name = 'testing/poked'")).ShouldBe(left);

            // The limit of the run, how long it is waited for, the renewal, and the rest between two batches.
            while (time.WaitingTimers < 4)
            {
                inTime.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            time.Advance(TimeSpan.FromSeconds(1));
        }

        (await running.WaitAsync(InTime))!.Result!.Text.ShouldBe("2500 events and 0 dedup keys deleted");
    }

    [Fact]
    public async Task A_dedup_key_holds_for_thirty_days_though_its_event_is_gone()
    {
        await using var node = OutboxHost.Create(Database);
        var first = await EnqueueAsync(node, "once");
        await node.ExecuteAsync("update outbox_event set created_at = now() - interval '8 days'; update outbox_dedup_key set created_at = now() - interval '29 days'");
        var retention = node.Get<Retention>();
        (await retention.DeleteEventsAsync(0, DateTimeOffset.UtcNow, InTime)).Deleted.ShouldBe(1);
        (await retention.DeleteKeysAsync(DateTimeOffset.UtcNow, InTime)).ShouldBe(0);

        (await EnqueueAsync(node, "once")).ShouldBe(first);
        (await node.CountAsync("outbox_event")).ShouldBe(0);

        (await retention.DeleteKeysAsync(DateTimeOffset.UtcNow.AddDays(2), InTime)).ShouldBe(1);
        (await EnqueueAsync(node, "once")).ShouldNotBe(first);
    }

    [Fact]
    public async Task What_recurs_is_enqueued_once_a_tick_and_missed_ticks_are_one()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        Action<IServiceCollection> configure = services => On(time)(services.AddRecurringWork("poke", TimeSpan.FromMinutes(5), tick => new Poked($"tick {tick:O}")));
        await using var one = OutboxHost.Create(Database, configure);
        await using var two = OutboxHost.Create(Database, configure);
        await one.Get<UpkeepLeader>().TurnAsync(InTime);
        await two.Get<UpkeepLeader>().TurnAsync(InTime);
        await one.Get<UpkeepLeader>().TurnAsync(InTime);
        (await one.CountAsync("outbox_event")).ShouldBe(1);

        time.Advance(TimeSpan.FromMinutes(27));
        await Task.WhenAll(one.Get<UpkeepLeader>().TurnAsync(InTime), two.Get<UpkeepLeader>().TurnAsync(InTime));

        (await one.CountAsync("outbox_event where name = 'testing/poked'")).ShouldBe(2);
        (await one.CountAsync("outbox_dedup_key where key like 'poke@____-__-__T__:__:00Z'")).ShouldBe(2);
    }

    private static Task EndAsync(OutboxHost node, string text, string status, int daysAgo) => node.ExecuteAsync($"""
        update outbox_job set status = '{status}', archived_at = now() - interval '{daysAgo} days', finished_at = now() - interval '{daysAgo} days'
        where event_seq = (select seq from outbox_event where payload ->> 'text' = '{text}')
        """);

    private static async Task<string> EnqueueAsync(OutboxHost node, string key)
    {
        await using var context = await node.ContextAsync();
        await using var transaction = await context.Database.BeginTransactionAsync(InTime);
        var id = await node.Outbox.EnqueueAsync(context, new OutboxDraft<Poked>(new("once")) { DedupKey = key }, InTime);
        await transaction.CommitAsync(InTime);
        return id;
    }
}
