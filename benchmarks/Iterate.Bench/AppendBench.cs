using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
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
    // Long enough for the runtime to have compiled the hot path for good on two cores.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static async Task<int> RunAsync(AppendLoad load, string? connectionString, bool json, CancellationToken cancellationToken)
    {
        var report = await BenchDatabase.OnAsync(connectionString, address => MeasureAsync(load, address, cancellationToken), cancellationToken);
        Console.WriteLine(json ? JsonSerializer.Serialize(report, Json) : string.Create(CultureInfo.InvariantCulture, $"""
            append        {report.EventsPerSecond,10:N0} events/s   p50 {report.P50Ms:N1} ms   p99 {report.P99Ms:N1} ms
            raw inserts   {report.RawInsertPerSecond,10:N0} rows/s     one a commit, {report.Writers} connections
            raw batches   {report.RawBatchPerSecond,10:N0} rows/s     {RawBatchRows} a commit, {RawBatchConnections} connections
            """));
        return 0;
    }

    private static async Task<AppendReport> MeasureAsync(AppendLoad load, string connectionString, CancellationToken cancellationToken)
    {
        await using var node = await BenchNode.StartAsync(
            connectionString,
            services => services.Configure<StreamsOptions>(options => options.WriterLoops = load.WriterLoops ?? options.WriterLoops),
            cancellationToken);
        var raw = new RawInserts(node.DataSource);
        await raw.PrepareAsync(cancellationToken);
        await raw.OneByOneAsync(load.Writers, WarmUp, cancellationToken);
        await raw.PrepareAsync(cancellationToken);
        var rawInsert = await raw.OneByOneAsync(load.Writers, load.Length, cancellationToken);
        var rawBatch = await raw.InBatchesAsync(RawBatchConnections, RawBatchRows, load.Length, cancellationToken);
        await raw.CleanAsync(cancellationToken);

        var project = TypeId.New("prj", TimeProvider.System);
        CallContext.Current = new(Caller.Anonymous, new ProjectScope(project, "bench", "org_bench"), "org_bench");
        var service = node.Get<StreamsService>();
        await AppendAsync(service, load, WarmUp, cancellationToken);
        var clock = Stopwatch.StartNew();
        var latencies = await AppendAsync(service, load, load.Length, cancellationToken);
        var elapsed = clock.Elapsed;
        return new()
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
            Batch = load.Batch,
            WriterLoops = node.Get<IOptions<StreamsOptions>>().Value.WriterLoops,
        };
    }

    private static async Task<List<double>> AppendAsync(
        StreamsService service, AppendLoad load, TimeSpan length, CancellationToken cancellationToken)
    {
        using var stop = new CancellationTokenSource(length);
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
}
