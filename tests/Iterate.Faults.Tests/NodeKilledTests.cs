using Iterate.Faults.Tests.Load;
using Iterate.Testing;
using Iterate.Web.Tests.Nodes;
using Shouldly;
using Xunit;

namespace Iterate.Faults.Tests;

/// <summary>kill -9 of a node while it appends (requirement S-48, test S-T9).</summary>
public sealed class NodeKilledTests
{
    private const int Rounds = 20;
    private const int Repeated = 50;
    private static readonly TimeSpan Load = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // A job the last node took with it is hidden for 30 s.
    private static readonly TimeSpan JobsEnd = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task What_was_acknowledged_is_there_once_and_new_streams_are_announced()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var here = await BuiltHost.StartAsync(database.ConnectionString);
        await using var there = await BuiltHost.StartAsync(database.ConnectionString);
        var (project, secret) = await here.PersonAsync("ada");
        using var hereClient = here.Client(secret);
        using var thereClient = there.Client(secret);
        await using var load = AppendLoad.Start(project, secret, Patience, here, there);
        var check = new LogCheck(project, load);
        for (var round = 0; round < Rounds; round++)
        {
            var (dying, living) = round % 2 == 0 ? (here, thereClient) : (there, hereClient);
            await Task.Delay(Load, TestContext.Current.CancellationToken);
            await dying.Process.KillAsync();
            await check.LookAsync(living);
            (await load.RepeatAsync(living, load.Acknowledged.Reverse().Take(Repeated))).ShouldBeEmpty();
            await dying.StartAsync();
        }

        await load.FinishAsync(Patience);
        await new OutboxJobs(database.DataSource).EndedAsync(JobsEnd);
        load.Unexpected.ShouldBeEmpty();
        await FaultTable.ReportAsync(await check.EndAsync(hereClient, "kill -9 of a node under appends", Rounds));
    }
}
