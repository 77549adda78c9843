using System.Diagnostics;
using System.Globalization;
using Iterate.Domain;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Iterate.Bench;

/// <summary>Appends through the service, and rows inserted without it.</summary>
internal static class AppendBench
{
    private const int RawBatchRows = 500;
    private const int RawBatchConnections = 4;

    // Appends and raw inserts take turns, so that a machine that slows down slows both.
    private const int Rounds = 4;

    public static async Task<BenchReport> MeasureAsync(AppendLoad load, string connectionString, CancellationToken cancellationToken)
    {
        var excess = DiskFlush.ExcessMs(out var flush);
        await using var node = await BenchNode.StartAsync(
            connectionString,
            services => services.Configure<StreamsOptions>(options => options.WriterLoops = load.WriterLoops ?? options.WriterLoops),
            cancellationToken);
        var project = TypeId.New("prj", TimeProvider.System);
        CallContext.Current = new(Caller.Anonymous, new ProjectScope(project, "bench", "org_bench"), "org_bench");
        var service = node.Get<StreamsService>();
        var raw = new RawInserts(node.DataSource);
        await raw.PrepareAsync(cancellationToken);
        await WarmUp.RunAsync(length => raw.OneByOneAsync(load.Writers, length, cancellationToken));
        await WarmUp.RunAsync(length => AppendAsync(service, load, length, cancellationToken));

        var slice = load.Length / Rounds;
        var latencies = new List<double>();
        var elapsed = TimeSpan.Zero;
        var rawInsert = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            rawInsert += await raw.OneByOneAsync(load.Writers, slice, cancellationToken) / Rounds;
            var clock = Stopwatch.StartNew();
            latencies.AddRange(await AppendAsync(service, load, slice, cancellationToken));
            elapsed += clock.Elapsed;
        }

        // Last, because what it writes keeps the disk busy for a while.
        var rawBatch = await raw.InBatchesAsync(RawBatchConnections, RawBatchRows, load.Length, cancellationToken);
        await raw.CleanAsync(cancellationToken);
        return new AppendReport
        {
            Name = "append",
            EventsPerSecond = Math.Round(latencies.Count * load.Batch / elapsed.TotalSeconds),
            P50Ms = Percentiles.Of(latencies, 0.50),
            P99Ms = Percentiles.Of(latencies, 0.99),
            RawInsertPerSecond = Math.Round(rawInsert),
            RawBatchPerSecond = Math.Round(rawBatch),
            Writers = load.Writers,
            InFlight = load.InFlight,
            Streams = load.Streams,
            Rate = load.Rate,
            FlushMs = Math.Round(flush, 3),
            FlushExcessMs = Math.Round(excess, 3),
            Batch = load.Batch,
            WriterLoops = node.Get<IOptions<StreamsOptions>>().Value.WriterLoops,
        };
    }

    private static async Task<List<double>> AppendAsync(
        StreamsService service, AppendLoad load, TimeSpan length, CancellationToken cancellationToken)
    {
        using var stop = new CancellationTokenSource(length);
        if (load.Rate is { } rate)
        {
            return await AppendEvenlyAsync(service, load, rate, stop.Token, cancellationToken);
        }

        var callers = Enumerable.Range(0, load.Writers * load.InFlight).Select(caller => Task.Run(
            async () =>
            {
                var latencies = new List<double>();
                for (var call = 0; !stop.IsCancellationRequested; call++)
                {
                    var path = string.Create(CultureInfo.InvariantCulture, $"/bench/{(caller + (call * 37)) % load.Streams}");
                    var events = new EventInput[load.Batch];
                    for (var index = 0; index < events.Length; index++)
                    {
                        events[index] = new() { Type = SampleEvent.Type, Payload = JsonText.FromTrusted(SampleEvent.Payload((call * 1_000L) + index)) };
                    }

                    var started = Stopwatch.GetTimestamp();
                    await service.AppendAsync(new("bench", path, events), cancellationToken);
                    latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }

                return latencies;
            },
            cancellationToken)).ToArray();
        return [.. (await Task.WhenAll(callers)).SelectMany(latencies => latencies)];
    }

    /// <summary>One event a call, each begun when it is due, whether those before it were answered or not.</summary>
    private static async Task<List<double>> AppendEvenlyAsync(
        StreamsService service, AppendLoad load, int rate, CancellationToken stop, CancellationToken cancellationToken)
    {
        var calls = new List<Task<double>>();
        var started = Stopwatch.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            for (var due = Stopwatch.GetElapsedTime(started).TotalSeconds * rate; calls.Count < due;)
            {
                calls.Add(AppendOneAsync(service, calls.Count, load.Streams, cancellationToken));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
        }

        return [.. await Task.WhenAll(calls)];
    }

    private static async Task<double> AppendOneAsync(StreamsService service, int number, int streams, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/bench/{number % streams}");
        EventInput[] events = [new() { Type = SampleEvent.Type, Payload = JsonText.FromTrusted(SampleEvent.Payload(number)) }];
        var started = Stopwatch.GetTimestamp();
        await service.AppendAsync(new("bench", path, events), cancellationToken);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
