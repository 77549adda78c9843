using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>The lines of a chunk, and how one is read.</summary>
public static class ImportLines
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>Lines of <paramref name="chunk"/> with their bytes, line ends included; the last one may lack its own.</summary>
    public static IEnumerable<(ReadOnlyMemory<byte> Json, int Bytes)> Split(ReadOnlyMemory<byte> chunk)
    {
        while (!chunk.IsEmpty)
        {
            var end = chunk.Span.IndexOf((byte)'\n');
            var bytes = end < 0 ? chunk.Length : end + 1;
            yield return (chunk[..(end < 0 ? bytes : end)], bytes);
            chunk = chunk[bytes..];
        }
    }

    /// <summary>How many lines <paramref name="chunk"/> has.</summary>
    public static long Count(ReadOnlySpan<byte> chunk) =>
        chunk.Count((byte)'\n') + (chunk.IsEmpty || chunk[^1] == (byte)'\n' ? 0 : 1);

    /// <summary>Nothing but white space stands on the line.</summary>
    public static bool IsBlank(long line, ReadOnlySpan<byte> json) => WithoutMark(line, json).TrimStart(" \t\r"u8).IsEmpty;

    /// <summary>Reads a line as JSON of type <typeparamref name="T"/>.</summary>
    /// <exception cref="EventLineException">It is none.</exception>
    public static T Read<T>(long line, ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(WithoutMark(line, json), ApiJson.Options) ?? throw new EventLineException(line, "is null.");
        }
        catch (JsonException exception)
        {
            // Only the parser of JSON says so by an exception of its own.
            throw new EventLineException(line, exception.InnerException is JsonException
                ? $"is not valid JSON (column {exception.BytePositionInLine + 1})."
                : $"is not an event: {exception.Message.Split(" Path:", 2)[0]}");
        }
    }

    /// <summary>Admits one event of a line.</summary>
    /// <exception cref="EventLineException">It breaks a rule of events.</exception>
    public static AdmittedEvent Admit(long line, EventInput input)
    {
        try
        {
            return EventAdmission.Admit([input], EventOrigin.Platform)[0];
        }
        catch (ApiException refusal)
        {
            throw new EventLineException(line, EventLineReader.Reason(refusal)) { Refusal = refusal };
        }
    }

    private static ReadOnlySpan<byte> WithoutMark(long line, ReadOnlySpan<byte> json) =>
        line == 1 && json.StartsWith(ByteOrderMark) ? json[ByteOrderMark.Length..] : json;
}
