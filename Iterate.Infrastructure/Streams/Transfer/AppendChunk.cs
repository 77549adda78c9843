using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Appends the lines of a chunk through the same door as everybody (requirement S-125). Every event has a key, so a chunk
/// that is sent again after a crash appends only what is missing.
/// </summary>
internal sealed class AppendChunk(EventLog log, ImportRow import)
{
    private readonly ChunkProgress _progress = new();
    private readonly List<AdmittedEvent> _batch = [];
    private readonly List<(long Line, long BytesBefore)> _lines = [];
    private long _batchBytes;
    private long _seenLines;
    private long _seenBytes;

    /// <summary>Takes the lines of <paramref name="chunk"/> up to the first that is bad or refused.</summary>
    public async Task<ChunkProgress> WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        var lines = new LogAppend(import.Id);
        foreach (var (json, bytes) in ImportLines.Split(chunk))
        {
            AdmittedEvent? admitted;
            try
            {
                admitted = lines.Take(import.Lines + _progress.Lines + _seenLines + 1, json.Span);
            }
            catch (EventLineException fault)
            {
                if (await FlushAsync(cancellationToken))
                {
                    _progress.Fault = fault;
                }

                return _progress;
            }

            if (admitted is not null
                && (_batch.Count == EventAdmission.MaxBatchEvents || _batchBytes + admitted.Bytes > EventAdmission.MaxBatchBytes)
                && !await FlushAsync(cancellationToken))
            {
                return _progress;
            }

            if (admitted is not null)
            {
                _batch.Add(admitted);
                _lines.Add((import.Lines + _progress.Lines + _seenLines + 1, _seenBytes));
                _batchBytes += admitted.Bytes;
            }

            _seenLines++;
            _seenBytes += bytes;
        }

        await FlushAsync(cancellationToken);
        return _progress;
    }

    /// <summary>Appends what was collected; false when it was refused.</summary>
    private async Task<bool> FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await AppendAsync(_batch, cancellationToken);
            _progress.Took(_seenLines, _seenBytes);
            (_seenLines, _seenBytes, _batchBytes) = (0, 0, 0);
            _batch.Clear();
            _lines.Clear();
            return true;
        }
        catch (ApiException refusal) when (refusal.Status == 409)
        {
            // The lines before the refused one are not lost: sent again they are known by their keys.
            var at = refusal.Members.GetValueOrDefault("index") is IConvertible index ? index.ToInt32(CultureInfo.InvariantCulture) : 0;
            await AppendAsync(_batch[..at], cancellationToken);
            var (line, bytesBefore) = _lines[at];
            _progress.Took(line - 1 - import.Lines - _progress.Lines, bytesBefore);
            _progress.Fault = new(line, refusal.Message) { Refusal = refusal };
            return false;
        }
    }

    private async Task AppendAsync(List<AdmittedEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count > 0)
        {
            var outcome = await log.AppendAsync(import.ProjectId, import.Path, [.. events], AppendMode.MustExist, cancellationToken, importId: import.Id);
            _progress.Events += outcome.CommittedCount;
        }
    }
}
