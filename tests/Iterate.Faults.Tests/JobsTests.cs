using Iterate.Domain.Api;
using Iterate.Faults.Tests.Load;
using Iterate.Testing;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Nodes;
using Shouldly;
using Xunit;

namespace Iterate.Faults.Tests;

/// <summary>Nodes that die or freeze while they run jobs (requirements O-22, O-27 and O-31).</summary>
public sealed class JobsTests
{
    private const int Rounds = 20;
    private const int CrashAttempts = 3;
    private static readonly TimeSpan Load = TimeSpan.FromMilliseconds(500);

    // A lease of 30 s that was renewed just before its node died, then a turn of the lane.
    private static readonly TimeSpan JobsEnd = TimeSpan.FromSeconds(45);

    // A lease of 5 s, and what the machine takes to start a node.
    private static readonly TimeSpan CrashComes = TimeSpan.FromSeconds(30);

    // Where a job stands when its node dies, and what becomes of the transaction it is in.
    private static readonly Func<JobKills, Task>[] Phases =
    [
        kill => kill.EnqueuingAsync(Fate.Committed),
        kill => kill.EnqueuingAsync(Fate.Aborted),
        kill => kill.ClaimingAsync(Fate.Committed),
        kill => kill.ClaimingAsync(Fate.Aborted),
        kill => kill.RunningAsync(),
        kill => kill.RenewingAsync(Fate.Committed),
        kill => kill.EndingAsync(Fate.Committed),
        kill => kill.EndingAsync(Fate.Aborted),
        kill => kill.AnywhereAsync(),
        kill => kill.AnywhereAsync(),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_committed_job_ends_though_its_node_is_killed()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var dying = await DyingNodes.StartAsync(database.ConnectionString, LiftAsync);
        await using var living = await BuiltHost.StartAsync(database.ConnectionString);
        await LiftAsync(living);
        var jobs = new OutboxJobs(database.DataSource);
        await using var kill = await JobKills.StartAsync(database.DataSource, dying);
        await using var load = EmitLoad.Start([living, .. dying.All]);
        for (var round = 0; round < Rounds; round++)
        {
            await Task.Delay(Load, Stop);
            await Phases[round % Phases.Length](kill);
        }

        await load.FinishAsync();
        await dying.UpAsync();
        await jobs.EndedAsync(JobsEnd);
        var all = await jobs.AllAsync();
        await FaultTable.ReportAsync(load.Row("kill -9 of a node under jobs", Rounds, all, kill.Acknowledged));

        // Those too that nobody acknowledged.
        all.ShouldAllBe(job => job.Status == "success" && job.Successes == 1);
    }

    [Fact]
    public async Task A_job_that_kills_its_node_each_time_ends_as_crashed_and_takes_no_other_with_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var node = await BuiltHost.StartAsync(database.ConnectionString);
        var jobs = new OutboxJobs(database.DataSource);
        using var client = node.Client(secret: null);
        await using var load = EmitLoad.Start(node);
        var crash = (await EmitAsync(client, "crash", 1)).ShouldHaveSingleItem();
        for (var attempt = 0; attempt < CrashAttempts; attempt++)
        {
            using var late = new CancellationTokenSource(CrashComes);
            await node.Process.EndedAsync(late.Token);
            await node.StartAsync();
        }

        await load.FinishAsync();
        await jobs.EndedAsync(JobsEnd);
        var all = await jobs.AllAsync();
        var crashed = all.Single(job => job.EventId == crash);
        (crashed.Status, crashed.LastCode, crashed.Successes).ShouldBe(("failed", "crashed", 0));
        await FaultTable.ReportAsync(load.Row("a job that kills its node", CrashAttempts, all, []));
    }

    [Fact]
    public async Task A_frozen_node_that_thaws_ends_no_job_another_has_taken_and_harms_no_log()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var freezing = await BuiltHost.StartAsync(database.ConnectionString);
        var jobs = new OutboxJobs(database.DataSource);
        using var freezingClient = freezing.Client(secret: null);
        var slow = await EmitAsync(freezingClient, "slow", 4);
        await jobs.NoneAsync("consumer = 'slow' and claimed_by is null", JobsEnd);
        await using var living = await BuiltHost.StartAsync(database.ConnectionString);
        await LiftAsync(living);
        var (project, secret) = await living.PersonAsync("ada");
        using var reader = living.Client(secret);

        // A writer gives a frozen node up after 3 s and repeats at the other.
        await using var load = AppendLoad.Start(project, secret, TimeSpan.FromSeconds(3), freezing, living);
        await using var emits = EmitLoad.Start(living);
        var check = new LogCheck(project, load);
        await load.AcknowledgedAsync(JobsEnd);
        await Task.Delay(Load, Stop);
        await freezing.Process.FreezeAsync();
        try
        {
            await jobs.NoneAsync("consumer = 'slow' and archived_at is null", JobsEnd);
            await load.AcknowledgedAsync(JobsEnd);
            (await OpenTransactionsAsync(database)).ShouldBe(0);
        }
        finally
        {
            await freezing.Process.ThawAsync();
        }

        await LiftAsync(freezing);
        await load.AcknowledgedAsync(JobsEnd);
        await load.FinishAsync(JobsEnd);
        await emits.FinishAsync();
        await jobs.EndedAsync(JobsEnd);
        load.Unexpected.ShouldBeEmpty();
        await FaultTable.ReportAsync(await check.EndAsync(reader, "a frozen node, its appends", 1));
        await FaultTable.ReportAsync(emits.Row("a frozen node, its jobs", 1, await jobs.AllAsync(), slow));
    }

    private static async Task<IReadOnlyList<string>> EmitAsync(HttpClient node, string name, int count) =>
        (await node.CallAsync<EmitTestEventsResponse>("testing/emit", new { name, count })).EventIds;

    /// <summary>Transactions that wait for a node which does not go on, and keep their row locks.</summary>
    private static async Task<long> OpenTransactionsAsync(TestDatabase database)
    {
        await using var command = database.DataSource.CreateCommand("""
            select count(*) from pg_stat_activity
            where datname = current_database() and state like 'idle in transaction%' and state_change < now() - interval '5 s'
            """);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }

    /// <summary>Lets the jobs of <c>slow</c> go on that a node runs.</summary>
    private static async Task LiftAsync(BuiltHost node)
    {
        using var client = node.Client(secret: null);
        await client.CallAsync<SetFaultResponse>("testing/set-fault", new { name = "outbox-slow", on = false });
    }
}
