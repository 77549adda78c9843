using System.Globalization;
using Iterate.Cli.Http;
using Iterate.Cli.Output;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Cli.Commands;

/// <summary>One import of an NDJSON file, and what it says about itself.</summary>
internal static class ImportRun
{
    /// <summary>Imports <paramref name="file"/>, or standard input for <c>-</c>.</summary>
    /// <exception cref="CliException">A line was refused; those before it are in the stream.</exception>
    public static async Task<int> RunAsync(
        CommandContext context, string project, string path, string file, CancellationToken cancellationToken)
    {
        await using var lines = context.Values.Open(file);
        var streams = HttpApi.Create<IStreamsApi>(context.Api);
        EventLineImportProgress? latest = null;
        try
        {
            await ImportProgress.ShowAsync(context.Host, Remembered());
        }
        catch (EventLineException exception)
        {
            throw new CliException(
                ExitCode.Refused, exception.Refusal?.Code ?? ErrorCodes.InvalidEvent, $"{exception.Message.TrimEnd('.')}. Every line before it is in the stream.");
        }
        catch
        {
            await context.Host.Error.WriteLineAsync(
                latest is null ? "stopped before the first batch was acknowledged" : $"stopped after line {Number(latest.Lines)}: {Sentence(latest)}");
            throw;
        }

        await ReportAsync(context, latest!);
        return ExitCode.Ok;

        async IAsyncEnumerable<EventLineImportProgress> Remembered()
        {
            await foreach (var progress in EventLineImport.RunAsync(streams, project, path, lines, cancellationToken))
            {
                latest = progress;
                yield return progress;
            }
        }
    }

    /// <summary>Such as <c>0 events committed, 6,424 were already there</c>.</summary>
    internal static string Sentence(EventLineImportProgress progress)
    {
        var committed = $"{Number(progress.Committed)} {(progress.Committed == 1 ? "event" : "events")} committed";
        return progress.AlreadyThere switch
        {
            0 => committed,
            1 => $"{committed}, 1 was already there",
            var there => $"{committed}, {Number(there)} were already there",
        };
    }

    private static async Task ReportAsync(CommandContext context, EventLineImportProgress result)
    {
        if (context.Results.IsTable)
        {
            await context.Host.Output.WriteLineAsync(Sentence(result));
            return;
        }

        await context.Host.Error.WriteLineAsync(Sentence(result));
        await context.Results.WriteAsync(new ImportResult(result.Lines, result.Committed, result.AlreadyThere));
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private sealed record ImportResult(long Lines, long Committed, long AlreadyThere);
}
