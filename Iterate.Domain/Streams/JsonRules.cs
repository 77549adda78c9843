using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Iterate.Domain.Streams;

/// <summary>
/// What JSON inside an event may hold, beyond being JSON (requirement S-10). All of it is what the store could not
/// keep by value: text without a UTF-8 form, objects with two values for one key, numbers that explode when written out.
/// </summary>
internal static class JsonRules
{
    /// <summary>Deepest nesting of a payload or a metadata object.</summary>
    public const int MaxDepth = 64;

    /// <summary>Longest number literal, in characters.</summary>
    public const int MaxNumberLength = 100;

    // A store that keeps decimal values writes 1e100000 as 100,001 digits, so a short literal must not mean a long
    // number. Every double is within it.
    private const int MaxExponent = 400;

    private static readonly SearchValues<char> WhitespaceOrQuote = SearchValues.Create(" \n\r\t\"");
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Takes JSON as it is to be stored, without insignificant whitespace, or says what is wrong with it.</summary>
    /// <param name="json">What was sent.</param>
    /// <param name="pointer">Where it is in the event.</param>
    /// <param name="fault">The first breach of the rules, with its pointer, where the answer is null.</param>
    /// <returns>The JSON to store; null where a rule is broken.</returns>
    public static string? Admit(string json, string pointer, out (string Pointer, string Message) fault)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(StrictUtf8.GetMaxByteCount(json.Length));
        fault = default;
        try
        {
            ReadOnlySpan<byte> utf8 = bytes.AsSpan(0, StrictUtf8.GetBytes(json, bytes));
            if (IsFlawless(utf8, out var isCompact))
            {
                return isCompact ? json : Compact(json);
            }

            if (new Walk(pointer).Run(utf8) is not { } found)
            {
                return Compact(json);
            }

            fault = found;
        }
        catch (EncoderFallbackException)
        {
            fault = (pointer, "holds a lone surrogate.");
        }
        catch (JsonException)
        {
            fault = (pointer, "is not valid JSON.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        return null;
    }

    /// <summary>The first breach of the rules in <paramref name="json"/>, with its pointer below <paramref name="pointer"/>; null when there is none.</summary>
    public static (string Pointer, string Message)? FindFault(string json, string pointer) =>
        Admit(json, pointer, out var fault) is null ? fault : null;

    private static bool IsFlawless(ReadOnlySpan<byte> utf8, out bool isCompact)
    {
        try
        {
            return JsonScan.IsFlawless(utf8, out isCompact);
        }
        catch (JsonException)
        {
            // The walk allows more depth and says where.
            isCompact = false;
            return false;
        }
    }

    private static string Compact(string json)
    {
        var compact = new StringBuilder(json.Length);
        for (var rest = json.AsSpan(); rest.Length > 0;)
        {
            var end = rest.IndexOfAny(WhitespaceOrQuote) is var at and >= 0 ? at : rest.Length;
            if (end < rest.Length && rest[end] == '"')
            {
                end += LengthOfText(rest[end..]);
            }

            compact.Append(rest[..end]);
            rest = rest[end..].TrimStart(" \n\r\t");
        }

        return compact.Length == json.Length ? json : compact.ToString();
    }

    /// <summary>Length of the text that <paramref name="json"/> begins with, its quotes included.</summary>
    private static int LengthOfText(ReadOnlySpan<char> json)
    {
        var length = 1;
        while (true)
        {
            length += json[length..].IndexOfAny('"', '\\');
            if (json[length] == '"')
            {
                return length + 1;
            }

            length += 2;
        }
    }

    private sealed class Walk(string pointer)
    {
        private readonly Stack<Container> _open = new();

        public (string Pointer, string Message)? Run(ReadOnlySpan<byte> utf8)
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth + 2 });
            while (reader.Read())
            {
                var fault = Check(ref reader);
                if (fault is not null)
                {
                    return (Here(), fault);
                }
            }

            return null;
        }

        private string? Check(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    StartValue();
                    _open.Push(new(reader.TokenType == JsonTokenType.StartObject));
                    return _open.Count > MaxDepth ? $"is nested deeper than {MaxDepth}." : null;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    _open.Pop();
                    return null;
                case JsonTokenType.PropertyName:
                    return CheckText(ref reader, out var name) ?? (_open.Peek().Enter(name) ? null : "is a duplicate key.");
                case JsonTokenType.String:
                    StartValue();
                    return reader.ValueIsEscaped ? CheckText(ref reader, out _) : null;
                case JsonTokenType.Number:
                    StartValue();
                    return CheckNumber(reader.ValueSpan);
                default:
                    StartValue();
                    return null;
            }
        }

        private void StartValue()
        {
            if (_open.TryPeek(out var container))
            {
                container.Index++;
            }
        }

        private static string? CheckText(ref Utf8JsonReader reader, out string text)
        {
            text = "";
            try
            {
                text = reader.GetString()!;
            }
            catch (InvalidOperationException)
            {
                return "holds a lone surrogate.";
            }

            return text.Contains('\0', StringComparison.Ordinal) ? "holds U+0000." : null;
        }

        private static string? CheckNumber(ReadOnlySpan<byte> literal)
        {
            if (literal.Length > MaxNumberLength)
            {
                return $"is a number literal longer than {MaxNumberLength} characters.";
            }

            var exponent = literal.IndexOfAny((byte)'e', (byte)'E');
            return exponent < 0
                || (int.TryParse(literal[(exponent + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)
                    && Math.Abs(power) <= MaxExponent)
                ? null
                : $"is a number with an exponent beyond {MaxExponent}.";
        }

        private string Here() => _open.Reverse().Aggregate(pointer, (place, container) => container.Place(place));
    }

    private sealed class Container(bool isObject)
    {
        // Most objects have few keys, and looking at each is quicker than a set.
        private const int FewKeys = 12;
        private readonly List<string> _few = [];
        private HashSet<string>? _many;
        private string? _key;

        public int Index { get; set; } = -1;

        public bool Enter(string key)
        {
            _key = key;
            if (_many is null && _few.Count < FewKeys)
            {
                var isNew = !_few.Contains(key);
                _few.Add(key);
                return isNew;
            }

            return (_many ??= new(_few, StringComparer.Ordinal)).Add(key);
        }

        public string Place(string pointer) => isObject
            ? _key is null ? pointer : JsonPointer.Append(pointer, _key)
            : Index < 0 ? pointer : JsonPointer.Append(pointer, Index.ToString(CultureInfo.InvariantCulture));
    }
}
