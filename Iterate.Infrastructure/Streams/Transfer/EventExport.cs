using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Writes a range of a stream as NDJSON (requirement S-121). It holds the page it writes and the one it reads ahead, by
/// key, so neither its memory nor a snapshot of the database grows with the stream or with a slow reader.
/// </summary>
/// <param name="dataSource">The database.</param>
/// <param name="time">Measures the budget of each page.</param>
/// <param name="range">What to export; its limits are those of a page.</param>
internal sealed class EventExport(NpgsqlDataSource dataSource, TimeProvider time, StreamRow row, EventMatcher? matcher, long after, long through)
{
    private const int PageEvents = 1_000;
    private const long PageBytes = 1024 * 1024;

    /// <summary>The file, part by part: one for each page that has events.</summary>
    public async IAsyncEnumerable<FilePart> WriteAsync(FileHead head, bool gzip, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new(default, head);
        using var file = new PartBuffer(gzip);
        var next = ReadAsync(after, cancellationToken);
        try
        {
            while (true)
            {
                var page = await next;
                var isLast = page.ScannedThroughOffset >= through;
                if (!isLast)
                {
                    next = ReadAsync(page.ScannedThroughOffset, cancellationToken);
                }

                foreach (var (committed, _) in page.Events)
                {
                    file.Write(committed);
                }

                var bytes = isLast ? file.End() : file.Take();
                if (!bytes.IsEmpty)
                {
                    yield return new(bytes);
                }

                if (isLast)
                {
                    yield break;
                }
            }
        }
        finally
        {
            // A page that was read ahead for nobody must have ended before its connection is given back.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The name a file of these events has.</summary>
    public static string NameOf(string project, StreamPath path, long first, long last, bool gzip)
    {
        var place = path.IsRoot ? "@root" : path.Value[1..].Replace('/', '-');
        return string.Create(CultureInfo.InvariantCulture, $"{project}-{place}-{first}-{last}.ndjson{(gzip ? ".gz" : "")}");
    }

    private Task<ScannedEvents> ReadAsync(long cursor, CancellationToken cancellationToken) =>
        new EventPage(cursor, through + 1, PageEvents, PageBytes, Backward: false).ReadAsync(dataSource, time, row.Id, matcher, cancellationToken);

    /// <summary>Lines on their way out.</summary>
    private sealed class PartBuffer : IDisposable
    {
        private readonly ArrayBufferWriter<byte> _lines = new();
        private readonly Utf8JsonWriter _json;
        private readonly MemoryStream _packed = new();
        private readonly GZipStream? _gzip;

        public PartBuffer(bool gzip)
        {
            _json = new(_lines, new JsonWriterOptions { Encoder = ApiJson.Options.Encoder, SkipValidation = true, MaxDepth = ApiJson.MaxDepth });
            _gzip = gzip ? new(_packed, CompressionLevel.Fastest, leaveOpen: true) : null;
        }

        public void Write(StreamEvent committed)
        {
            JsonSerializer.Serialize(_json, committed, ApiJson.Options);
            _json.Flush();
            _json.Reset();
            _lines.Write("\n"u8);
        }

        /// <summary>What there is to send; valid until the next call of anything here.</summary>
        public ReadOnlyMemory<byte> Take()
        {
            if (_gzip is null)
            {
                var lines = _lines.WrittenMemory;
                _lines.ResetWrittenCount();
                return lines;
            }

            _packed.SetLength(0);
            _gzip.Write(_lines.WrittenSpan);
            _lines.ResetWrittenCount();
            return _packed.GetBuffer().AsMemory(0, (int)_packed.Length);
        }

        /// <summary>The rest of the file.</summary>
        public ReadOnlyMemory<byte> End()
        {
            var rest = Take();
            if (_gzip is null)
            {
                return rest;
            }

            _gzip.Dispose();
            return _packed.GetBuffer().AsMemory(0, (int)_packed.Length);
        }

        public void Dispose()
        {
            _gzip?.Dispose();
            _json.Dispose();
            _packed.Dispose();
        }
    }
}
