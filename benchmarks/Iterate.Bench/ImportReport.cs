namespace Iterate.Bench;

/// <summary>What was measured, all of it in one run on one database.</summary>
internal sealed record ImportReport
{
    /// <summary>A restore reaches at least this share of what COPY does alone.</summary>
    public const double LeastRatioToCopy = 0.5;

    /// <summary>Most memory an export may hold, in MiB.</summary>
    public const int MostExportMiB = 16;

    public required string Name { get; init; }

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

    /// <summary>Bars that were missed.</summary>
    public IReadOnlyList<string> Missed =>
    [
        .. new[]
        {
            (RatioToCopy >= LeastRatioToCopy, "ratioToCopy"),
            (ExportRatioToCopy >= LeastRatioToCopy, "exportRatioToCopy"),
            (ExportMiB <= MostExportMiB, "exportMiB"),
        }.Where(bar => !bar.Item1).Select(bar => bar.Item2),
    ];
}
