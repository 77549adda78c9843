using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Iterate.Domain;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Streams;

namespace Iterate.Bench;

/// <summary>Pages of a long stream at its head, middle and start, and counts by type (requirements S-81 and S-202).</summary>
internal static class ReadBench
{
    private const int Page = 100;
    private const int WarmUp = 200;
    private const int Rounds = 2_000;
    public static async Task<BenchReport> MeasureAsync(int events, string connectionString, CancellationToken cancellationToken)
    {
        await using var node = await BenchNode.StartAsync(connectionString, _ => { }, cancellationToken);
        var project = TypeId.New("prj", TimeProvider.System);
        CallContext.Current = new(Caller.Anonymous, new ProjectScope(project, "bench", "org_bench"), "org_bench");
        var streams = node.Get<StreamsService>();
        await new SampleLog(events).RestoreAsync(streams, "bench", "/bench", cancellationToken);
        await using (var analyze = node.DataSource.CreateCommand("vacuum analyze stream_event"))
        {
            analyze.CommandTimeout = 0;
            await analyze.ExecuteNonQueryAsync(cancellationToken);
        }

        await SampleAsync(streams, events, WarmUp, cancellationToken);
        var (head, middle, start, count) = await SampleAsync(streams, events, Rounds, cancellationToken);
        return new ReadReport
        {
            Name = "read",
            Events = events,
            HeadP95Ms = Percentiles.Of(head, 0.95),
            MiddleP95Ms = Percentiles.Of(middle, 0.95),
            StartP95Ms = Percentiles.Of(start, 0.95),
            CountP95Ms = Percentiles.Of(count, 0.95),
        };
    }

    /// <summary>Milliseconds of each kind, taken in turn so that they share whatever else the machine does.</summary>
    private static async Task<(List<double> Head, List<double> Middle, List<double> Start, List<double> Count)> SampleAsync(
        StreamsService streams, int events, int rounds, CancellationToken cancellationToken)
    {
        var random = new Random(3);
        var (head, middle, start, count) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var apart = random.Next(events / 20);
            await TimeAsync(head, () => streams.ReadAsync(new("bench", "/bench", BeforeOffset: events - apart, Direction: ReadDirection.Backward), cancellationToken));
            await TimeAsync(middle, () => streams.ReadAsync(new("bench", "/bench", (events / 2) + apart), cancellationToken));
            await TimeAsync(start, () => streams.ReadAsync(new("bench", "/bench", apart), cancellationToken));
            await TimeAsync(count, () => streams.CountAsync(new("bench", "/bench", new() { Types = [$"{SampleEvent.Type}*"] }), cancellationToken));
        }

        return (head, middle, start, count);
    }

    private static async Task TimeAsync(List<double> times, Func<Task> call)
    {
        var started = Stopwatch.GetTimestamp();
        await call();
        times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }
}
