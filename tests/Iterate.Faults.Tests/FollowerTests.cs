using System.Net.Sockets;
using Iterate.Domain.Api;
using Iterate.Faults.Tests.Clusters;
using Iterate.Faults.Tests.Load;
using Iterate.Testing;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Live;
using Iterate.Web.Tests.Nodes;
using Shouldly;
using Xunit;

namespace Iterate.Faults.Tests;

/// <summary>Followers of a node that hears no notification, and one that does not read (requirements S-93, S-96 and S-108, test S-T13).</summary>
public sealed class FollowerTests
{
    private const string Large = "/large";
    private const int LargeEvents = 400;
    private const int PerCall = 50;
    private static readonly string Filling = new('x', 100_000);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // A write nobody takes ends the follow after 30 s.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(32);
    private static readonly TimeSpan JobsEnd = TimeSpan.FromSeconds(45);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deaf_nodes_bring_every_event_once_and_run_every_job_and_who_does_not_read_harms_nobody()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var link = new CuttableLink(database.ConnectionString, isDeaf: true);
        await using var here = await BuiltHost.StartAsync(link.ConnectionString);
        await using var there = await BuiltHost.StartAsync(link.ConnectionString);
        var (project, secret) = await here.PersonAsync("ada");
        using var client = there.Client(secret);
        for (var written = 0; written < LargeEvents; written += PerCall)
        {
            await client.CallAsync<AppendResponse>(
                "streams/append", new { project, path = Large, events = Enumerable.Range(written, PerCall).Select(number => new { type = "large", payload = new { number, Filling } }) });
        }

        using var narrow = Narrow(there, secret);
        await using var stuck = await EventStream.PostAsync(narrow, "streams/follow", new { project, path = Large, afterOffset = 0 });
        var first = (await stuck.NextAsync())!;
        var follows = await Task.WhenAll(AppendLoad.Paths.Select(path => LoadFollow.StartAsync(client, project, path)));
        await using var load = AppendLoad.Start(project, secret, Patience, here);
        await using var emits = EmitLoad.Start(here);
        var check = new LogCheck(project, load);
        await Task.Delay(Silence, Stop);
        await load.FinishAsync(Patience);
        await emits.FinishAsync();
        foreach (var follow in follows)
        {
            await follow.EndAsync(client);
        }

        var jobs = new OutboxJobs(database.DataSource);
        await jobs.EndedAsync(JobsEnd);
        link.Unheard.ShouldBeGreaterThan(0);
        await FaultTable.ReportAsync(await check.EndAsync(client, "NOTIFY dead, appends", 1));
        await FaultTable.ReportAsync(LoadFollow.Row("NOTIFY dead, followers", follows, load));
        await FaultTable.ReportAsync(emits.Row("NOTIFY dead, jobs", 1, await jobs.AllAsync(), []));
        await FaultTable.ReportAsync(await ResumeAsync(client, project, stuck, first));
    }

    /// <summary>Reads what the network still holds, up to the cut, and goes on behind it.</summary>
    private static async Task<FaultRow> ResumeAsync(HttpClient client, string project, EventStream stuck, EventStream.Frame first)
    {
        List<long> read = [.. first.Offsets];
        var id = first.Id;
        try
        {
            while (await stuck.NextAsync() is { Data: not null } frame)
            {
                read.AddRange(frame.Offsets);
                id = frame.Id;
            }
        }
        catch (IOException)
        {
            // Reset, which is how a connection is aborted.
        }

        read.Count.ShouldBeLessThan(LargeEvents);
        await using var resumed = await EventStream.PostAsync(client, "streams/follow", new { project, path = Large }, lastEventId: id);
        while (read[^1] < LargeEvents + 1)
        {
            read.AddRange((await resumed.NextAsync())!.Offsets);
        }

        var expected = Enumerable.Range(1, LargeEvents + 1).Select(offset => (long)offset).ToArray();
        read.Order().Distinct().ShouldBe(expected);
        return new("a follower that stops reading", 1, expected.Length, read.Distinct().Count(), read.Count - read.Distinct().Count());
    }

    /// <summary>Takes no more into its buffers than it must.</summary>
    private static HttpClient Narrow(BuiltHost node, string secret)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = node.Url,
        };
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        return client;
    }
}
