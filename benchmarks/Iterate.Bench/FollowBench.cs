using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Iterate.Domain;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Streams;

namespace Iterate.Bench;

/// <summary>Many followers of one stream, on the node that writes it.</summary>
internal static class FollowBench
{
    private const string Path = "/bench/followed";
    private const int FollowsPerSession = 50;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    public static async Task<BenchReport> MeasureAsync(FollowLoad load, string connectionString, CancellationToken cancellationToken)
    {
        await using var node = await BenchNode.StartAsync(connectionString, _ => { }, cancellationToken);
        using var queries = new QueryCount();
        var project = new ProjectScope(TypeId.New("prj", TimeProvider.System), "bench", "org_bench");
        var service = node.Get<StreamsService>();
        CallContext.Current = new(Caller.Anonymous, project, project.OrganizationId);
        var writing = new FollowAppends(service, Path, load.Rate);
        await writing.RunAsync(WarmUp, cancellationToken);

        var (_, alone) = await CountAsync(queries, () => writing.RunAsync(load.Length / 2, cancellationToken));

        var before = LiveBytes();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var latencies = new Latencies();
        var started = new CountdownEvent(load.Followers);
        var followers = Enumerable.Range(0, load.Followers).Select(number => Task.Run(
            () => FollowAsync(service, project, number, writing, latencies, started, end.Token), cancellationToken)).ToArray();
        await Task.Run(() => started.Wait(cancellationToken), cancellationToken);

        var (events, rate) = await CountAsync(queries, () => writing.RunAsync(load.Length, cancellationToken));
        var since = Stopwatch.GetTimestamp();
        while (latencies.Count < events * load.Followers && Stopwatch.GetElapsedTime(since) < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }

        var added = LiveBytes() - before;
        await end.CancelAsync();
        await Task.WhenAll(followers);
        return new FollowReport
        {
            Name = "follow",
            Followers = load.Followers,
            Rate = load.Rate,
            Events = events,
            Deliveries = latencies.Count,
            P50Ms = latencies.Of(0.50),
            P95Ms = latencies.Of(0.95),
            P99Ms = latencies.Of(0.99),
            MemoryMiB = Math.Round(Math.Max(0, added) / (1024.0 * 1024.0), 2),
            QueriesPerSecond = Math.Round(rate, 1),
            QueriesPerSecondAlone = Math.Round(alone, 1),
        };
    }

    private static async Task FollowAsync(
        StreamsService service, ProjectScope project, int number, FollowAppends writing, Latencies latencies, CountdownEvent started,
        CancellationToken cancellationToken)
    {
        var session = string.Create(CultureInfo.InvariantCulture, $"ses_{number / FollowsPerSession}");
        CallContext.Current = new(new() { UserId = "usr_bench", SessionId = session }, project, project.OrganizationId);
        var first = true;
        var cursor = 0L;
        try
        {
            await foreach (var batch in service.FollowAsync(new("bench", Path), cancellationToken))
            {
                foreach (var committed in batch.Events)
                {
                    // An event that came twice or out of order would make the deliveries add up by mistake.
                    if (committed.Offset != ++cursor)
                    {
                        throw new InvalidOperationException($"Offset {committed.Offset} came after {cursor - 1}.");
                    }

                    latencies.Add(writing.StartOf(committed));
                }

                cursor = batch.ScannedThroughOffset;
                if (first)
                {
                    first = false;
                    started.Signal();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // All were delivered.
        }
    }

    private static async Task<(long Events, double QueriesPerSecond)> CountAsync(QueryCount queries, Func<Task<long>> run)
    {
        var before = queries.Total;
        var since = Stopwatch.GetTimestamp();
        var events = await run();
        return (events, (queries.Total - before) / Stopwatch.GetElapsedTime(since).TotalSeconds);
    }

    private static long LiveBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}

/// <summary>What the bench puts on a stream.</summary>
/// <param name="Followers">Follows at once.</param>
/// <param name="Rate">Single events a second.</param>
/// <param name="Length">How long.</param>
internal sealed record FollowLoad(int Followers, int Rate, TimeSpan Length);
