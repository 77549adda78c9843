using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>How far an import is.</summary>
/// <param name="Lines">Lines whose fate is known, blank ones included.</param>
/// <param name="Committed">Events written.</param>
/// <param name="AlreadyThere">Events whose idempotency key had been committed before with the same body.</param>
/// <param name="BytesRead">Bytes of the text that those lines make.</param>
/// <param name="TotalBytes">Size of the text; null when it cannot be known, as of a pipe.</param>
/// <param name="Finished">This is the last item: every line is in the stream.</param>
public sealed record EventLineImportProgress(
    long Lines, long Committed, long AlreadyThere, long BytesRead, long? TotalBytes, bool Finished);

/// <summary>
/// Appends an NDJSON text to a stream, line by line in order, through any <see cref="IStreamsApi"/>: the service in
/// process or the HTTP client of the CLI. Lines with an idempotency key may be imported again without harm, which is
/// also how an interrupted import is continued.
/// </summary>
public static class EventLineImport
{
    private const int MaxBatchEvents = 500;
    private const int MaxBatchBytes = 4 * 1024 * 1024;

    /// <summary>
    /// Runs the import as it is enumerated: one item after each batch of at most 500 events and 4 MiB, and a last one
    /// with <see cref="EventLineImportProgress.Finished"/>. Batches of keyed and unkeyed lines alike are sent once.
    /// </summary>
    /// <param name="streams">Where to append.</param>
    /// <param name="project">Slug or id.</param>
    /// <param name="path">Path of the stream, created when missing.</param>
    /// <param name="lines">One event input per line, UTF-8. Stays open; its length is used when it can seek.</param>
    /// <param name="cancellationToken">Stops between batches; what was appended stays.</param>
    /// <exception cref="EventLineException">A line is no event or was refused. Every line before it is in the stream.</exception>
    /// <exception cref="ApiException">A refusal that concerns no line, such as <c>not-found</c> or <c>busy</c>.</exception>
    public static async IAsyncEnumerable<EventLineImportProgress> RunAsync(
        IStreamsApi streams, string project, string path, Stream lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var progress = new EventLineImportProgress(0, 0, 0, 0, lines.CanSeek ? lines.Length - lines.Position : null, Finished: false);
        var batch = new List<EventLine>(MaxBatchEvents);
        var bytes = 0L;
        EventLineException? badLine = null;
        await using var reader = EventLineReader.ReadAsync(lines, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var more = true;
        while (more)
        {
            try
            {
                more = await reader.MoveNextAsync();
            }
            catch (EventLineException exception)
            {
                badLine = exception;
                more = false;
            }

            if (batch.Count > 0 && (!more || batch.Count == MaxBatchEvents || bytes + reader.Current.Bytes > MaxBatchBytes))
            {
                progress = await AppendAsync(streams, project, path, batch, progress, cancellationToken);
                yield return progress;
                batch.Clear();
                bytes = 0;
            }

            if (more)
            {
                batch.Add(reader.Current);
                bytes += reader.Current.Bytes;
            }
        }

        if (badLine is not null)
        {
            throw badLine;
        }

        yield return progress with { BytesRead = progress.TotalBytes ?? progress.BytesRead, Finished = true };
    }

    private static async Task<EventLineImportProgress> AppendAsync(
        IStreamsApi streams, string project, string path, List<EventLine> batch, EventLineImportProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            var response = await streams.AppendAsync(new(project, path, [.. batch.Select(line => line.Event)]), cancellationToken);
            return progress with
            {
                Lines = batch[^1].Line,
                Committed = progress.Committed + response.CommittedCount,
                AlreadyThere = progress.AlreadyThere + batch.Count - response.CommittedCount,
                BytesRead = batch[^1].BytesRead,
            };
        }
        catch (ApiException refusal) when (RefusedIndex(refusal) is { } index && index < batch.Count)
        {
            if (index > 0)
            {
                await AppendAsync(streams, project, path, batch[..index], progress, cancellationToken);
            }

            throw new EventLineException(batch[index].Line, refusal.Message) { Refusal = refusal };
        }
    }

    // In process the member is a number; from the HTTP client it is the JSON of the problem.
    private static int? RefusedIndex(ApiException refusal) => refusal.Members.GetValueOrDefault("index") switch
    {
        int index => index,
        JsonElement { ValueKind: JsonValueKind.Number } element => element.GetInt32(),
        IConvertible value => value.ToInt32(CultureInfo.InvariantCulture),
        _ => null,
    };
}
