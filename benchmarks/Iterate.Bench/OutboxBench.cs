using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Iterate.Bench;

/// <summary>Jobs that do nothing: how many, how soon, and beside lanes that hang or are crowded (requirement O-41).</summary>
internal sealed class OutboxBench
{
    private const int Batch = 500;
    private const int Hanging = 10_000;
    private const int Crowd = 100_000;
    private const int RatePerSecond = 100;
    private const int Slots = 4;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly BenchNode _node;
    private int _sent;

    private OutboxBench(BenchNode node) => _node = node;

    /// <returns>1 when a bar is missed.</returns>
    public static async Task<BenchReport> MeasureAsync(int jobs, int archived, string connectionString, CancellationToken cancellationToken)
    {
        var started = new StartedConsumer(Slots);
        double rawInsert, perSecond, list, listFailed;
        List<double> alone, besideHanging, besideCrowd;
        await using (var node = await StartAsync(connectionString, started, _ => { }, cancellationToken))
        {
            rawInsert = await RawInsertAsync(node, cancellationToken);
            var bench = new OutboxBench(node);
            await bench.EnqueueAndAwaitAsync(5_000, cancellationToken);
            var clock = Stopwatch.StartNew();
            await bench.EnqueueAndAwaitAsync(jobs, cancellationToken);
            perSecond = jobs / clock.Elapsed.TotalSeconds;
            alone = await bench.StartLatenciesAsync(started, Length, cancellationToken);
            await bench.EnqueueManyAsync(Hanging, number => new Hung(number), cancellationToken);
            besideHanging = await bench.StartLatenciesAsync(started, Length, cancellationToken);
            await bench.EnqueueManyAsync(Crowd, number => new Idled(number), cancellationToken);
            besideCrowd = await bench.StartLatenciesAsync(started, Length, cancellationToken);
        }

        await OutboxArchiveBench.EmptyAsync(connectionString, cancellationToken);
        var told = await OnOtherNodeAsync(connectionString, hints: true, cancellationToken);
        var untold = await OnOtherNodeAsync(connectionString, hints: false, cancellationToken);
        await using (var node = await StartAsync(connectionString, new(0), _ => { }, cancellationToken))
        {
            await OutboxArchiveBench.FillAsync(node, archived, cancellationToken);
            list = await OutboxArchiveBench.ListAsync(node, null, cancellationToken);
            listFailed = await OutboxArchiveBench.ListAsync(node, OutboxStatus.Failed, cancellationToken);
        }

        return new OutboxReport
        {
            Name = "outbox",
            JobsPerSecond = Math.Round(perSecond),
            StartP50Ms = Percentiles.Of(alone, 0.50),
            StartP99Ms = Percentiles.Of(alone, 0.99),
            StartBesideHangingP99Ms = Percentiles.Of(besideHanging, 0.99),
            StartBesideCrowdP99Ms = Percentiles.Of(besideCrowd, 0.99),
            StartOnOtherNodeP99Ms = Percentiles.Of(told, 0.99),
            StartWithoutHintsMaxMs = Percentiles.Of(untold, 1),
            ListP50Ms = list,
            ListFailedP50Ms = listFailed,
            RawInsertPerSecond = Math.Round(rawInsert),
            Jobs = jobs,
            Hanging = Hanging,
            Crowd = Crowd,
            Archived = archived,
            RatePerSecond = RatePerSecond,
        };
    }

    private static Task<BenchNode> StartAsync(
        string connectionString, StartedConsumer started, Action<OutboxOptions> configure, CancellationToken cancellationToken) => BenchNode.StartAsync(
        connectionString,
        services => services.Configure(configure).AddSingleton<OutboxConsumer>(started).AddOutboxConsumer<NoOpConsumer>().AddOutboxConsumer<HangingConsumer>(),
        cancellationToken);

    private static async Task<double> RawInsertAsync(BenchNode node, CancellationToken cancellationToken)
    {
        var raw = new RawInserts(node.DataSource);
        await raw.PrepareAsync(cancellationToken);
        await WarmUp.RunAsync(length => raw.OneByOneAsync(Slots, length, cancellationToken));
        var perSecond = await raw.OneByOneAsync(Slots, Length, cancellationToken);
        await raw.CleanAsync(cancellationToken);
        return perSecond;
    }

    /// <summary>Latencies when one node commits and another one runs.</summary>
    private static async Task<List<double>> OnOtherNodeAsync(string connectionString, bool hints, CancellationToken cancellationToken)
    {
        var started = new StartedConsumer(Slots);
        await using var runner = await StartAsync(connectionString, started, _ => { }, cancellationToken);
        await using var sender = await StartAsync(connectionString, new(0), options => options.Hints = hints, cancellationToken);
        var bench = new OutboxBench(sender);
        await bench.StartLatenciesAsync(started, TimeSpan.FromSeconds(1), cancellationToken);
        return await bench.StartLatenciesAsync(started, Length, cancellationToken);
    }

    private async Task EnqueueAndAwaitAsync(int jobs, CancellationToken cancellationToken)
    {
        await EnqueueManyAsync(jobs, number => new Idled(number), cancellationToken);
        await AwaitNoneAsync(cancellationToken);
    }

    private async Task EnqueueManyAsync<TPayload>(int count, Func<int, TPayload> payload, CancellationToken cancellationToken)
        where TPayload : class, IOutboxPayload
    {
        for (var sent = 0; sent < count; sent += Batch)
        {
            await EnqueueAsync(Enumerable.Range(sent, Math.Min(Batch, count - sent)).Select(payload), cancellationToken);
        }
    }

    private async Task AwaitNoneAsync(CancellationToken cancellationToken)
    {
        await using var open = _node.DataSource.CreateCommand($"select exists (select from outbox_job where consumer = '{NoOpConsumer.Lane}' and archived_at is null)");
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await open.ExecuteScalarAsync(cancellationToken) is true)
        {
            await looks.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Milliseconds from the return of a commit to the first line of its handler.</summary>
    private async Task<List<double>> StartLatenciesAsync(StartedConsumer started, TimeSpan length, CancellationToken cancellationToken)
    {
        var first = _sent;
        var committed = new List<long>();
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1) / RatePerSecond);
        for (var number = 0; number < RatePerSecond * (int)length.TotalSeconds; number++)
        {
            await ticks.WaitForNextTickAsync(cancellationToken);
            await EnqueueAsync([new Started(_sent++)], cancellationToken);
            committed.Add(Stopwatch.GetTimestamp());
        }

        var starts = await started.StartsAsync(first, committed.Count, cancellationToken);
        return [.. committed.Select((at, index) => Math.Max(0, Stopwatch.GetElapsedTime(at, starts[index]).TotalMilliseconds))];
    }

    private async Task EnqueueAsync<TPayload>(IEnumerable<TPayload> payloads, CancellationToken cancellationToken)
        where TPayload : class, IOutboxPayload
    {
        await using var context = await _node.Get<IDbContextFactory<IterateDbContext>>().CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await _node.Get<IOutbox>().EnqueueManyAsync(context, [.. payloads.Select(payload => new OutboxDraft<TPayload>(payload))], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
