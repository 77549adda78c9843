using Iterate.Faults.Tests.Clusters;
using Iterate.Faults.Tests.Load;
using Iterate.Web.Tests.Nodes;
using Shouldly;
using Xunit;

namespace Iterate.Faults.Tests;

/// <summary>What the database under a node can do to it (requirements S-44, S-45 and S-48, test S-T10).</summary>
public sealed class DatabaseFaultTests
{
    private const int Kills = 5;
    private const int Cuts = 60;
    private const int DiskMegabytes = 256;
    private const int Fillings = 3;
    private const int Room = 512 * 1024;

    private static readonly TimeSpan Load = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenCuts = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Lanes go on within 5 s, appends at once.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan JobsEnd = TimeSpan.FromSeconds(45);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_that_is_killed_and_returns_has_what_was_acknowledged_and_nodes_go_on()
    {
        await using var cluster = await OwnCluster.StartAsync(OwnCluster.NewFolder());
        await using var node = await BuiltHost.StartAsync(cluster.ConnectionString);
        var (project, secret) = await node.PersonAsync("ada");
        using var client = node.Client(secret);
        await using var load = AppendLoad.Start(project, secret, Patience, node);
        var check = new LogCheck(project, load);
        for (var round = 0; round < Kills; round++)
        {
            await Task.Delay(Load, Stop);
            await cluster.KillAsync();
            await Task.Delay(Load, Stop);
            await cluster.StartAgainAsync();
            await load.AcknowledgedAsync(Recovery);
            await check.LookAsync(client);
        }

        await EndAsync(load, check, cluster, client, "kill -9 of PostgreSQL", Kills);
    }

    [Fact]
    public async Task Connections_that_are_cut_during_commits_leave_every_acknowledged_event_once()
    {
        await using var cluster = await OwnCluster.StartAsync(OwnCluster.NewFolder());
        await using var link = new CuttableLink(cluster.ConnectionString);
        await using var node = await BuiltHost.StartAsync(link.ConnectionString);
        var (project, secret) = await node.PersonAsync("ada");
        using var client = node.Client(secret);
        await using var load = AppendLoad.Start(project, secret, Patience, node);
        var check = new LogCheck(project, load);
        for (var round = 0; round < Cuts; round++)
        {
            await load.AcknowledgedAsync(Patience);
            await Task.Delay(BetweenCuts, Stop);
            link.Cut();
        }

        link.Cuts.ShouldBeGreaterThan(Cuts);
        await EndAsync(load, check, cluster, client, "connections cut during commits", Cuts);
    }

    [Fact]
    public async Task Backends_that_are_ended_during_commits_leave_every_acknowledged_event_once()
    {
        await using var cluster = await OwnCluster.StartAsync(OwnCluster.NewFolder());
        await using var node = await BuiltHost.StartAsync(cluster.ConnectionString);
        var (project, secret) = await node.PersonAsync("ada");
        using var client = node.Client(secret);
        await using var load = AppendLoad.Start(project, secret, Patience, node);
        var check = new LogCheck(project, load);
        var ended = 0L;
        for (var round = 0; round < Cuts; round++)
        {
            await load.AcknowledgedAsync(Patience);
            await Task.Delay(BetweenCuts, Stop);
            await using var command = cluster.DataSource.CreateCommand("""
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and (state <> 'idle' or query = 'commit')
                """);
            ended += (long)(await command.ExecuteScalarAsync(Stop))!;
        }

        ended.ShouldBeGreaterThan(0);
        await EndAsync(load, check, cluster, client, "backends ended during commits", Cuts);
    }

    [Fact]
    public async Task A_full_disk_refuses_and_loses_nothing_that_was_acknowledged()
    {
        await using var disk = await SmallDisk.MountAsync(DiskMegabytes);
        Assert.SkipWhen(disk is null, "A small file system to fill can be mounted by root alone, on Linux.");
        await using var cluster = await OwnCluster.StartAsync(disk.ClusterFolder);
        await using var node = await BuiltHost.StartAsync(cluster.ConnectionString);
        var (project, secret) = await node.PersonAsync("ada");
        using var client = node.Client(secret);
        await using var load = AppendLoad.Start(project, secret, Patience, node);
        var check = new LogCheck(project, load);
        for (var round = 0; round < Fillings; round++)
        {
            await Task.Delay(Load, Stop);
            var failures = load.Failures.Values.Sum();
            await disk.FillAsync(leaving: Room);
            await FailedAsync(load, since: failures);
            disk.Free();
            await cluster.StartAgainAsync();
            await load.AcknowledgedAsync(Recovery);
            await check.LookAsync(client);
        }

        await EndAsync(load, check, cluster, client, "full disk under PostgreSQL", Fillings);
    }

    private static async Task FailedAsync(AppendLoad load, int since)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var ticks = new PeriodicTimer(BetweenCuts);
        while (load.Failures.Values.Sum() < since + 20)
        {
            await ticks.WaitForNextTickAsync(late.Token);
        }
    }

    private static async Task EndAsync(AppendLoad load, LogCheck check, OwnCluster cluster, HttpClient client, string fault, int rounds)
    {
        await load.FinishAsync(Patience);
        await new OutboxJobs(cluster.DataSource).EndedAsync(JobsEnd);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", load.Failures.Select(failure => $"{failure.Key} {failure.Value}")));
        var row = await check.EndAsync(client, fault, rounds);
        load.Unexpected.Distinct(StringComparer.Ordinal).Take(5).ShouldBeEmpty();
        await FaultTable.ReportAsync(row);
    }
}
