using System.Globalization;
using Shouldly;
using Xunit;

namespace Iterate.Faults.Tests;

/// <summary>What a fault left behind.</summary>
/// <param name="Fault">What was done.</param>
/// <param name="Rounds">How often.</param>
/// <param name="Acknowledged">Events, or jobs, a caller was told are kept.</param>
/// <param name="Found">Those that are there, where the caller was told.</param>
/// <param name="Doubled">Those that are there more than once.</param>
internal sealed record FaultRow(string Fault, int Rounds, int Acknowledged, int Found, int Doubled)
{
    public int Lost => Acknowledged - Found;
}

/// <summary>The table of a run, <c>artifacts/test-results/faults.md</c>: a row for each fault, also for one that did harm.</summary>
internal static class FaultTable
{
    private const string Header = """
        | fault | rounds | acknowledged | found | lost | doubled |
        |---|---:|---:|---:|---:|---:|

        """;

    /// <summary>Writes the row, then fails the test if anything was lost or doubled.</summary>
    public static async Task ReportAsync(FaultRow row)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture, $"| {row.Fault} | {row.Rounds} | {row.Acknowledged:N0} | {row.Found:N0} | {row.Lost} | {row.Doubled} |\n");
        TestContext.Current.TestOutputHelper!.Write(Header + line);
        var file = Path.Combine(Root(), "artifacts", "test-results", "faults.md");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.AppendAllTextAsync(file, File.Exists(file) ? line : Header + line);
        row.Acknowledged.ShouldBeGreaterThan(0);
        (row.Lost, row.Doubled).ShouldBe((0, 0));
    }

    private static string Root()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Iterate.sln")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Iterate.sln.");
        }

        return root.FullName;
    }
}
