using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>One event of an NDJSON text.</summary>
/// <param name="Line">Line number, from 1.</param>
/// <param name="Event">The event, checked as far as it can be without its stream.</param>
/// <param name="Bytes">Size of its body (requirement S-13).</param>
/// <param name="BytesRead">Bytes of the text up to and including this line.</param>
public sealed record EventLine(long Line, EventInput Event, int Bytes, long BytesRead);

/// <summary>A line of an NDJSON text that is not an event the log takes.</summary>
/// <param name="line">Line number, from 1.</param>
/// <param name="reason">What is wrong with it, for a person.</param>
public sealed class EventLineException(long line, string reason) : Exception($"Line {line}: {reason}")
{
    /// <summary>Line number, from 1.</summary>
    public long Line { get; } = line;

    /// <summary>What is wrong with the line.</summary>
    public string Reason { get; } = reason;

    /// <summary>The line's refusal by the server, when it was not refused before it was sent.</summary>
    public ApiException? Refusal { get; init; }
}

/// <summary>Reads NDJSON: one event input per line, UTF-8, blank lines ignored. Memory is one line.</summary>
public static class EventLineReader
{
    // An event of the largest size, with room for spacing and escapes that its compact form does not have.
    private const int MaxLineBytes = 4 * EventAdmission.MaxEventBytes;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>The events of <paramref name="lines"/>, which stays open.</summary>
    /// <exception cref="EventLineException">A line is not an event; the lines before it have been yielded.</exception>
    public static async IAsyncEnumerable<EventLine> ReadAsync(
        Stream lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        var consumed = 0L;
        var line = 0L;
        bool atEnd;
        do
        {
            var read = await lines.ReadAsync(buffer.GetMemory(16 * 1024), cancellationToken);
            buffer.Advance(read);
            atEnd = read == 0;
            var start = 0;
            while (LineEnd(buffer.WrittenSpan[start..], atEnd) is var length and >= 0)
            {
                line++;
                var size = Math.Min(length + 1, buffer.WrittenCount - start);
                consumed += size;
                if (Parse(line, buffer.WrittenSpan.Slice(start, length)) is var (input, bytes))
                {
                    yield return new(line, input, bytes, consumed);
                }

                start += size;
            }

            KeepFrom(start, buffer);
            if (buffer.WrittenCount > MaxLineBytes)
            {
                throw new EventLineException(line + 1, $"is longer than {MaxLineBytes} bytes.");
            }
        }
        while (!atEnd);
    }

    private static int LineEnd(ReadOnlySpan<byte> rest, bool atEnd)
    {
        var end = rest.IndexOf((byte)'\n');
        return end >= 0 ? end : atEnd && rest.Length > 0 ? rest.Length : -1;
    }

    private static void KeepFrom(int start, ArrayBufferWriter<byte> buffer)
    {
        if (start > 0)
        {
            var rest = buffer.WrittenSpan[start..].ToArray();
            buffer.ResetWrittenCount();
            buffer.Write(rest);
        }
    }

    private static (EventInput Input, int Bytes)? Parse(long line, ReadOnlySpan<byte> json)
    {
        if (line == 1 && json.StartsWith(ByteOrderMark))
        {
            json = json[ByteOrderMark.Length..];
        }

        if (json.TrimStart(" \t\r"u8).IsEmpty)
        {
            return null;
        }

        try
        {
            var input = JsonSerializer.Deserialize<EventInput>(json, ApiJson.Options)!;
            return (input, EventAdmission.Admit([input], EventOrigin.Caller)[0].Bytes);
        }
        catch (JsonException exception)
        {
            throw new EventLineException(line, $"is not valid JSON (column {exception.BytePositionInLine + 1}).");
        }
        catch (ApiException exception)
        {
            throw new EventLineException(line, Reason(exception)) { Refusal = exception };
        }
    }

    /// <summary>What is wrong with the one event that was refused.</summary>
    internal static string Reason(ApiException refusal) =>
        refusal.Members.GetValueOrDefault("errors") is IReadOnlyList<EventFault> faults
            ? string.Join(' ', faults)
            : refusal.Message.Replace("Event 0", "the event", StringComparison.Ordinal);
}
