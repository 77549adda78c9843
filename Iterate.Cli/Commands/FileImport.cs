using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Iterate.Cli.Http;
using Iterate.Cli.Output;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Cli.Commands;

/// <summary>
/// Sends a file through an import of the server. Its first line names the import, so running the command again goes on
/// where it was interrupted, or where a bad line has been corrected (requirements S-123 and S-191).
/// </summary>
internal static class FileImport
{
    // Escaped as a JSON string it may grow threefold, and a body has at most 9 MiB.
    private const int ChunkBytes = 2 * 1024 * 1024;

    /// <summary>Imports <paramref name="file"/>, or standard input for <c>-</c>, and prints where the import ended.</summary>
    /// <exception cref="CliException">A line is bad; those before it are kept.</exception>
    public static async Task<int> RunAsync(
        CommandContext context, string project, string path, ImportMode mode, string file, CancellationToken cancellationToken)
    {
        await using var lines = context.Values.Open(file);
        var streams = HttpApi.Create<IStreamsApi>(context.Api);
        ImportStatus? status = null;
        await ImportProgress.ShowAsync(context.Host, Shown());
        await context.Results.WriteAsync(status!);
        return ExitCode.Ok;

        async IAsyncEnumerable<EventLineImportProgress> Shown()
        {
            var total = lines.CanSeek ? lines.Length : (long?)null;
            await foreach (var now in ImportAsync(streams, project, path, mode, lines, cancellationToken))
            {
                status = now;
                yield return new(now.Lines, now.Events, 0, now.Bytes, total, now.State == ImportState.Finished);
            }
        }
    }

    private static async IAsyncEnumerable<ImportStatus> ImportAsync(
        IStreamsApi streams, string project, string path, ImportMode mode, Stream lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(lines, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false);
        var first = await reader.ReadLineAsync(cancellationToken) ?? throw CliException.Usage("The file is empty.");
        var status = await streams.ImportStartAsync(new(project, path, mode, LabelOf(first)), cancellationToken);
        yield return status;
        var line = 1L;
        var chunk = new StringBuilder();
        for (var text = first; text is not null; text = await reader.ReadLineAsync(cancellationToken), line++)
        {
            if (line <= status.Lines)
            {
                continue;
            }

            if (chunk.Length > 0 && chunk.Length + text.Length > ChunkBytes)
            {
                yield return status = await SendAsync(streams, project, status, chunk, cancellationToken);
            }

            chunk.Append(text).Append('\n');
        }

        if (chunk.Length > 0)
        {
            yield return status = await SendAsync(streams, project, status, chunk, cancellationToken);
        }

        yield return await streams.ImportFinishAsync(new(project, status.Id), cancellationToken);
    }

    private static async Task<ImportStatus> SendAsync(
        IStreamsApi streams, string project, ImportStatus before, StringBuilder chunk, CancellationToken cancellationToken)
    {
        var after = await streams.ImportChunkAsync(new(project, before.Id, before.Lines + 1, chunk.ToString()), cancellationToken);
        chunk.Clear();
        return after.State == ImportState.Running
            ? after
            : throw new CliException(ExitCode.Refused, ErrorCodes.InvalidEvent, string.Create(
                CultureInfo.InvariantCulture,
                $"Line {after.ErrorLine}: {after.Error?.TrimEnd('.')}. The lines before it are kept; correct it and run the command again, or cancel {after.Id}."));
    }

    private static string LabelOf(string firstLine) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(firstLine)))}";
}
