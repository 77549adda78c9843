using System.Text.Json.Serialization;

namespace Iterate.Bench;

/// <summary>What was measured, all of it in one run on one database.</summary>
internal sealed record ImportReport : BenchReport
{
    /// <summary>Events of the log.</summary>
    public required int Events { get; init; }

    /// <summary>Rows per second by binary COPY into a table with the same columns and indexes.</summary>
    public required double CopyPerSecond { get; init; }

    /// <summary>Events per second by an import that restores them.</summary>
    public required double ImportPerSecond { get; init; }

    /// <summary>Events per second by an export.</summary>
    public required double ExportPerSecond { get; init; }

    /// <summary>Memory the export held at most, in MiB.</summary>
    public required double ExportMiB { get; init; }

    public double RatioToCopy => Math.Round(ImportPerSecond / CopyPerSecond, 2);

    public double ExportRatioToCopy => Math.Round(ExportPerSecond / CopyPerSecond, 2);

    public override IReadOnlyList<Bar> Bars =>
    [
        new("ratioToCopy", RatioToCopy, 0.5, AtLeast: true),
        new("exportRatioToCopy", ExportRatioToCopy, 0.5, AtLeast: true),
        new("memory an export holds, MiB", ExportMiB, 16),
    ];

    [JsonIgnore]
    public override IEnumerable<string> Lines =>
    [
        $"restore {ImportPerSecond:N0} events/s, export {ExportPerSecond:N0} events/s, binary COPY {CopyPerSecond:N0} rows/s",
    ];
}
