using System.Globalization;
using Iterate.Domain.Streams;
using Spectre.Console;

namespace Iterate.Cli.Output;

/// <summary>Shows an import while it runs: a bar on a terminal, else a line every now and then.</summary>
internal static class ImportProgress
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(2);

    /// <summary>Shows every item of <paramref name="import"/> until it ends.</summary>
    public static Task ShowAsync(CliHost host, IAsyncEnumerable<EventLineImportProgress> import) =>
        host.ErrorIsTerminal ? ShowBarAsync(host, import) : ShowLinesAsync(host, import);

    private static async Task ShowBarAsync(CliHost host, IAsyncEnumerable<EventLineImportProgress> import)
    {
        var started = host.Time.GetTimestamp();
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(host.Error) });
        await console.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async bars =>
            {
                var bar = bars.AddTask("starting", autoStart: true, maxValue: 1);
                await foreach (var progress in import)
                {
                    bar.IsIndeterminate = progress is { TotalBytes: null, Finished: false };
                    bar.Value = progress.Finished ? 1 : Share(progress);
                    bar.Description = Description(progress, host.Time.GetElapsedTime(started));
                }
            });
    }

    private static async Task ShowLinesAsync(CliHost host, IAsyncEnumerable<EventLineImportProgress> import)
    {
        var started = host.Time.GetTimestamp();
        var shown = started;
        await foreach (var progress in import)
        {
            if (!progress.Finished && host.Time.GetElapsedTime(shown) >= LineInterval)
            {
                shown = host.Time.GetTimestamp();
                await host.Error.WriteLineAsync(Description(progress, host.Time.GetElapsedTime(started)));
            }
        }
    }

    /// <summary>Such as <c>3,500 events · 21,000/s · 2.7 of 5.1 MB</c>.</summary>
    internal static string Description(EventLineImportProgress progress, TimeSpan elapsed)
    {
        var events = progress.Committed + progress.AlreadyThere;
        var rate = events / Math.Max(elapsed.TotalSeconds, 0.001);
        var size = progress.TotalBytes is { } total ? $"{Megabytes(progress.BytesRead)} of {Megabytes(total)} MB" : $"{Megabytes(progress.BytesRead)} MB";
        return string.Create(CultureInfo.InvariantCulture, $"{events:N0} events · {rate:N0}/s · {size}");
    }

    private static double Share(EventLineImportProgress progress) =>
        progress.TotalBytes is > 0 and { } total ? (double)progress.BytesRead / total : 0;

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture);
}
