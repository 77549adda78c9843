using Iterate.Faults.Tests.Load;
using Iterate.Testing;
using Iterate.Web.Tests.Nodes;
using Shouldly;
using Xunit;

namespace Iterate.Faults.Tests;

/// <summary>Two builds on one database, while the old one goes (requirements S-48, O-22 and O-28).</summary>
public sealed class RollingUpgradeTests
{
    // Iterate.NextBuild has it, the build before it has not.
    private const string NewConsumer = "count-poke";
    private const string OldConsumer = "log-poke";
    private const int Kills = 3;

    private static readonly TimeSpan Load = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // A job the last node took with it is hidden for 30 s.
    private static readonly TimeSpan JobsEnd = TimeSpan.FromSeconds(45);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_builds_append_and_work_and_only_the_new_one_claims_for_its_new_consumer()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var old = await BuiltHost.StartAsync(database.ConnectionString);
        var (project, secret) = await old.PersonAsync("ada");
        await using var next = await BuiltHost.StartNextBuildAsync(database.ConnectionString);
        using var client = next.Client(secret);
        var jobs = new OutboxJobs(database.DataSource);
        await using var load = AppendLoad.Start(project, secret, Patience, old, next);
        await using var oldEmits = EmitLoad.Start(old);
        await using var nextEmits = EmitLoad.Start(next);
        var check = new LogCheck(project, load);
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(Load, Stop);
            await old.Process.KillAsync();
            await load.AcknowledgedAsync(Patience);
            await check.LookAsync(client);
            if (kill < Kills - 1)
            {
                await old.StartAsync();
            }
        }

        await load.FinishAsync(Patience);
        await oldEmits.FinishAsync();
        await nextEmits.FinishAsync();
        await jobs.EndedAsync(JobsEnd);
        load.Unexpected.ShouldBeEmpty();
        await FaultTable.ReportAsync(await check.EndAsync(client, "two builds, the old one killed: appends", Kills));
        var all = await jobs.AllAsync();
        await FaultTable.ReportAsync(nextEmits.Row("two builds, the old one killed: jobs", Kills, all, oldEmits.Committed));
        var newBuild = (await jobs.NodesWithAsync(NewConsumer)).ShouldHaveSingleItem();
        var counts = all.Where(job => job.Consumer == NewConsumer).ToArray();
        counts.Select(job => job.EventId).ShouldBe(nextEmits.Committed, ignoreOrder: true);
        counts.ShouldAllBe(job => job.ReadCount == 1);
        (await jobs.NodesThatRanAsync(NewConsumer)).ShouldBe([newBuild]);
        (await jobs.NodesThatRanAsync(OldConsumer)).Where(node => node != newBuild).ShouldNotBeEmpty();
    }
}
