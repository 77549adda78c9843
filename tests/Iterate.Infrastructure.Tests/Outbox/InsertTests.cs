using System.Collections.Concurrent;
using Iterate.Infrastructure.Outbox;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>Enqueuing in a transaction that is no <c>DbContext</c>'s, in the batch that commits it.</summary>
public sealed class InsertTests : OutboxTest
{
    [Fact]
    public async Task What_a_batch_commits_runs_once_its_lanes_are_woken()
    {
        var seen = new ConcurrentBag<string>();
        await using var node = await OutboxHost.StartAsync(Database, Recording("log", seen));
        var insert = node.Get<OutboxInserts>().Prepare<Poked>([new(new("log one")), new(new("log two") { Key = "key" }), new(new("nobody"))]);
        insert.Lanes.ShouldBe(["log"]);

        for (var round = 0; round < 2; round++)
        {
            await ExecuteAsync(insert, round == 0 ? "rollback" : "commit");
        }

        node.Get<OutboxWakeUps>().Committed(insert.Lanes);
        var jobs = await node.EndedAsync();
        jobs.Count.ShouldBe(2);
        jobs.ShouldAllBe(job => job.Status == "success");
        seen.Order(StringComparer.Ordinal).ShouldBe(["log one", "log two"]);
        (await node.CountAsync("outbox_event")).ShouldBe(3);
        insert.EventIds.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_dedup_key_holds_in_a_batch_too()
    {
        await using var node = OutboxHost.Create(Database, Recording("log", []));
        await ExecuteAsync(node.Get<OutboxInserts>().Prepare<Poked>([new(new("log")) { DedupKey = "once" }]), "commit");
        await ExecuteAsync(node.Get<OutboxInserts>().Prepare<Poked>([new(new("log")) { DedupKey = "once" }, new(new("log"))]), "commit");
        (await node.CountAsync("outbox_event")).ShouldBe(2);
        (await node.CountAsync("outbox_job")).ShouldBe(2);
    }

    private async Task ExecuteAsync(OutboxInsert insert, string end)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(InTime);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new("begin"), insert.Command(), new(end) } };
        await batch.PrepareAsync(InTime);
        await batch.ExecuteNonQueryAsync(InTime);
    }
}
