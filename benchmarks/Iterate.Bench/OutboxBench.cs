using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Iterate.Bench;

/// <summary>Jobs that do nothing: how many, how soon, and beside a lane that hangs (requirement O-41).</summary>
internal sealed class OutboxBench
{
    private const int Batch = 500;
    private const int Hanging = 10_000;
    private const int RatePerSecond = 100;
    private const int Slots = 4;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly BenchNode _node;
    private readonly StartedConsumer _started;

    private OutboxBench(BenchNode node, StartedConsumer started)
    {
        _node = node;
        _started = started;
    }

    public static async Task<int> RunAsync(int jobs, string? connectionString, bool json, CancellationToken cancellationToken)
    {
        var report = await BenchDatabase.OnAsync(connectionString, address => MeasureAsync(jobs, address, cancellationToken), cancellationToken);
        Console.WriteLine(json ? JsonSerializer.Serialize(report, Json) : string.Create(CultureInfo.InvariantCulture, $"""
            outbox        {report.JobsPerSecond,10:N0} jobs/s     {report.TimesRawInsert:N2} of raw inserts ({report.RawInsertPerSecond:N0} rows/s, {Slots} connections)
            commit → start   p50 {report.StartP50Ms:N1} ms   p99 {report.StartP99Ms:N1} ms at {report.RatePerSecond}/s
            beside {report.Hanging:N0} hanging jobs   p99 {report.StartBesideHangingP99Ms:N1} ms
            """));
        return 0;
    }

    private static async Task<OutboxReport> MeasureAsync(int jobs, string connectionString, CancellationToken cancellationToken)
    {
        var started = new StartedConsumer();
        await using var node = await BenchNode.StartAsync(
            connectionString,
            services => services.AddSingleton<OutboxConsumer>(started).AddOutboxConsumer<NoOpConsumer>().AddOutboxConsumer<HangingConsumer>(),
            cancellationToken);
        var raw = new RawInserts(node.DataSource);
        await raw.PrepareAsync(cancellationToken);
        await raw.OneByOneAsync(Slots, WarmUp, cancellationToken);
        await raw.PrepareAsync(cancellationToken);
        var rawInsert = await raw.OneByOneAsync(Slots, Length, cancellationToken);
        await raw.CleanAsync(cancellationToken);

        var bench = new OutboxBench(node, started);
        await bench.EnqueueAndAwaitAsync(5_000, cancellationToken);
        var clock = Stopwatch.StartNew();
        await bench.EnqueueAndAwaitAsync(jobs, cancellationToken);
        var perSecond = jobs / clock.Elapsed.TotalSeconds;
        var alone = await bench.StartLatenciesAsync(cancellationToken);
        for (var sent = 0; sent < Hanging; sent += Batch)
        {
            await bench.EnqueueAsync(Enumerable.Range(sent, Batch).Select(number => new Hung(number)), cancellationToken);
        }

        var beside = await bench.StartLatenciesAsync(cancellationToken);
        return new()
        {
            Name = "outbox",
            JobsPerSecond = Math.Round(perSecond),
            StartP50Ms = Percentiles.Of(alone, 0.50),
            StartP99Ms = Percentiles.Of(alone, 0.99),
            StartBesideHangingP99Ms = Percentiles.Of(beside, 0.99),
            RawInsertPerSecond = Math.Round(rawInsert),
            Jobs = jobs,
            Hanging = Hanging,
            RatePerSecond = RatePerSecond,
        };
    }

    private async Task EnqueueAndAwaitAsync(int jobs, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < jobs; sent += Batch)
        {
            await EnqueueAsync(Enumerable.Range(sent, Math.Min(Batch, jobs - sent)).Select(number => new Idled(number)), cancellationToken);
        }

        await using var open = _node.DataSource.CreateCommand($"select exists (select from outbox_job where consumer = '{NoOpConsumer.Lane}' and archived_at is null)");
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await open.ExecuteScalarAsync(cancellationToken) is true)
        {
            await looks.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Milliseconds from the return of a commit to the first line of its handler.</summary>
    private async Task<List<double>> StartLatenciesAsync(CancellationToken cancellationToken)
    {
        var committed = new List<long>();
        _started.Begin();
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1) / RatePerSecond);
        for (var number = 0; number < RatePerSecond * (int)Length.TotalSeconds; number++)
        {
            await ticks.WaitForNextTickAsync(cancellationToken);
            await EnqueueAsync([new Started(number)], cancellationToken);
            committed.Add(Stopwatch.GetTimestamp());
        }

        var starts = await _started.AllAsync(committed.Count, cancellationToken);
        return [.. committed.Select((at, number) => Math.Max(0, Stopwatch.GetElapsedTime(at, starts[number]).TotalMilliseconds))];
    }

    private async Task EnqueueAsync<TPayload>(IEnumerable<TPayload> payloads, CancellationToken cancellationToken)
        where TPayload : class, IOutboxPayload
    {
        await using var context = await _node.Get<IDbContextFactory<IterateDbContext>>().CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await _node.Get<IOutbox>().EnqueueManyAsync(context, [.. payloads.Select(payload => new OutboxDraft<TPayload>(payload))], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private sealed record Idled(int Number) : IOutboxPayload
    {
        public static string EventName => "bench/idled";
    }

    private sealed record Hung(int Number) : IOutboxPayload
    {
        public static string EventName => "bench/hung";
    }

    private sealed record Started(int Number) : IOutboxPayload
    {
        public static string EventName => "bench/started";
    }

    private sealed class NoOpConsumer : OutboxConsumer<Idled>
    {
        public const string Lane = "no-op";

        public override string Name => Lane;

        protected override Task<string> HandleAsync(OutboxJobContext context, Idled payload, CancellationToken cancellationToken) => Task.FromResult("done");
    }

    private sealed class HangingConsumer : OutboxConsumer<Hung>
    {
        public override string Name => "hang";

        protected override async Task<string> HandleAsync(OutboxJobContext context, Hung payload, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return "never";
        }
    }

    private sealed class StartedConsumer : OutboxConsumer<Started>
    {
        private ConcurrentDictionary<int, long> _starts = [];

        public override string Name => "start";

        public void Begin() => _starts = [];

        public async Task<ConcurrentDictionary<int, long>> AllAsync(int count, CancellationToken cancellationToken)
        {
            using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (_starts.Count < count)
            {
                await looks.WaitForNextTickAsync(cancellationToken);
            }

            return _starts;
        }

        protected override Task<string> HandleAsync(OutboxJobContext context, Started payload, CancellationToken cancellationToken)
        {
            _starts.TryAdd(payload.Number, Stopwatch.GetTimestamp());
            return Task.FromResult("started");
        }
    }
}
