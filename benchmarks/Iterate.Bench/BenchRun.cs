using System.Text.Json;
using System.Text.Json.Nodes;

namespace Iterate.Bench;

/// <summary>Runs benchmarks, each on a database of its own, and prints what they measured.</summary>
internal static class BenchRun
{
    /// <summary>One benchmark; 1 when a bar is missed.</summary>
    public static async Task<int> OneAsync(
        Func<string, Task<BenchReport>> measure, string? connectionString, bool json, CancellationToken cancellationToken)
    {
        var report = await BenchDatabase.OnAsync(connectionString, measure, cancellationToken);
        Console.WriteLine(json ? report.ToJson() : report.ToText());
        return report.IsGood ? 0 : 1;
    }

    /// <summary>All in a short form, one after the other, told on standard error as they end; 1 when a bar is missed.</summary>
    public static async Task<int> AllAsync(string? connectionString, bool json, CancellationToken cancellationToken)
    {
        var reports = new List<BenchReport>();
        foreach (var measure in ShortForm(cancellationToken))
        {
            var report = await BenchDatabase.OnAsync(connectionString, measure, cancellationToken);
            await Console.Error.WriteLineAsync(report.ToText());
            reports.Add(report);
        }

        if (json)
        {
            var all = new JsonObject
            {
                ["reports"] = new JsonArray([.. reports.Select(report => JsonNode.Parse(report.ToJson()))]),
                ["missed"] = new JsonArray([.. reports.SelectMany(report => report.Bars.Where(bar => !bar.IsMet), (report, bar) => (JsonNode)$"{report.Name}: {bar.Name}")]),
            };
            Console.WriteLine(all.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        }

        return reports.TrueForAll(report => report.IsGood) ? 0 : 1;
    }

    private static Func<string, Task<BenchReport>>[] ShortForm(CancellationToken cancellationToken)
    {
        var load = new AppendLoad { Writers = 64, InFlight = 8, Streams = 256, Batch = 1, Rate = null, Length = TimeSpan.FromSeconds(5), WriterLoops = null };
        return
        [
            address => AppendBench.MeasureAsync(load, address, cancellationToken),
            address => AppendBench.MeasureAsync(load with { Rate = 1_000 }, address, cancellationToken),
            address => AppendBench.MeasureAsync(load with { Writers = 16, Batch = 100 }, address, cancellationToken),
            address => AppendBench.MeasureAsync(load with { Streams = 1 }, address, cancellationToken),
            address => FollowBench.MeasureAsync(new(500, 200, TimeSpan.FromSeconds(5)), address, cancellationToken),
            address => ReadBench.MeasureAsync(200_000, address, cancellationToken),
            address => ImportBench.MeasureAsync(200_000, address, cancellationToken),
            address => OutboxBench.MeasureAsync(10_000, 200_000, address, cancellationToken),
        ];
    }
}
