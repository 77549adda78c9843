using System.Buffers;
using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>
/// Finds a text in the type, or in any key or value of payload and metadata, ignoring case. Values are compared as they
/// are meant, not as they are written: without quotes and escapes, numbers as the log spells them.
/// </summary>
internal sealed class TextSearch(string text)
{
    /// <summary>Whether the event holds the text anywhere.</summary>
    public bool Matches(StreamEvent committed) =>
        IsIn(committed.Type) || IsIn(committed.Payload) || IsIn(committed.Metadata);

    private bool IsIn(ReadOnlySpan<char> value) => value.Contains(text, StringComparison.OrdinalIgnoreCase);

    private bool IsIn(JsonText json)
    {
        if (json.Text is not { } written)
        {
            return false;
        }

        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(written.Length));
        var value = ArrayPool<char>.Shared.Rent(written.Length);
        try
        {
            var reader = new Utf8JsonReader(
                utf8.AsSpan(0, Encoding.UTF8.GetBytes(written, utf8)), new JsonReaderOptions { MaxDepth = ApiJson.MaxDepth });
            while (reader.Read())
            {
                if (IsIn(ref reader, value))
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
            ArrayPool<char>.Shared.Return(value);
        }
    }

    private bool IsIn(ref Utf8JsonReader reader, char[] value) => reader.TokenType switch
    {
        JsonTokenType.PropertyName or JsonTokenType.String => IsIn(value.AsSpan(0, reader.CopyString(value))),
        JsonTokenType.Number => IsIn(JsonNumbers.Spell(Encoding.UTF8.GetString(reader.ValueSpan))),
        JsonTokenType.True => IsIn("true"),
        JsonTokenType.False => IsIn("false"),
        JsonTokenType.Null => IsIn("null"),
        _ => false,
    };
}
