using System.Collections.Concurrent;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>What a transaction leaves (outbox.md, Enqueue).</summary>
public sealed class EnqueueTests : OutboxTest
{
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
    public async Task A_handler_cannot_enqueue_without_naming_itself()
    {
        OutboxHost? running = null;
        await using var node = await OutboxHost.StartAsync(Database, new PokedConsumer("parent", async (context, _, cancellationToken) =>
        {
            await context.CompleteWithAsync(
                database =>
                {
                    using (ExecutionContext.SuppressFlow())
                    {
                        return Task.Run(() => running!.Outbox.EnqueueAsync(database, new OutboxDraft<Poked>(new("child")), cancellationToken), cancellationToken);
                    }
                },
                cancellationToken);
            return "done";
        }) { Policy = RetryPolicy.Fixed(1, TimeSpan.Zero) });
        running = node;
        await node.EnqueueAsync(new Poked("parent"));

        var job = (await node.EndedAsync()).ShouldHaveSingleItem();
        job.Status.ShouldBe("failed");
        job.LastText!.ShouldContain("left the flow");
    }

    [Fact]
    public async Task A_payload_over_its_limit_is_refused()
    {
        await using var node = OutboxHost.Create(Database);
        var refusal = await Should.ThrowAsync<ApiException>(() => node.EnqueueAsync(new Poked(new('x', 300_000))));
        refusal.Code.ShouldBe(ErrorCodes.PayloadTooLarge);
        (await node.CountAsync("outbox_event")).ShouldBe(0);
    }
}
