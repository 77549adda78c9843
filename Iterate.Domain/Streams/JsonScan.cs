using System.Text.Json;

namespace Iterate.Domain.Streams;

/// <summary>
/// One look at JSON without an allocation, for the common case: most of what is appended is flawless and was written by
/// a program. Whatever this does not understand at once is left to <see cref="JsonRules"/>, which also says where a fault is.
/// </summary>
internal ref struct JsonScan
{
    private const int MaxNames = 128;
    private const int LongestPlainNumber = 20;

    /// <summary>Names of the objects that are open, as ranges of the text; those of an inner object lie above those of the outer.</summary>
    private readonly Span<Range> _names;
    private readonly Span<int> _objects;
    private readonly ReadOnlySpan<byte> _utf8;
    private int _nameCount;
    private int _depth;
    private int _compactLength;

    private JsonScan(ReadOnlySpan<byte> utf8, Span<Range> names, Span<int> objects)
    {
        _utf8 = utf8;
        _names = names;
        _objects = objects;
    }

    /// <summary>True: no rule is broken. False: nothing is known.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="isCompact">There is no insignificant whitespace in it.</param>
    /// <exception cref="JsonException">It is not JSON, or nested too deeply.</exception>
    public static bool IsFlawless(ReadOnlySpan<byte> utf8, out bool isCompact)
    {
        var scan = new JsonScan(utf8, stackalloc Range[MaxNames], stackalloc int[JsonRules.MaxDepth]);
        var isFlawless = scan.Run();
        isCompact = scan._compactLength == utf8.Length;
        return isFlawless;
    }

    private bool Run()
    {
        var reader = new Utf8JsonReader(_utf8, new JsonReaderOptions { MaxDepth = JsonRules.MaxDepth });
        var previous = JsonTokenType.None;
        while (reader.Read())
        {
            if (!Accepts(ref reader))
            {
                return false;
            }

            _compactLength += LengthOf(ref reader) + (IsSeparated(previous, reader.TokenType) ? 1 : 0);
            previous = reader.TokenType;
        }

        return true;
    }

    private bool Accepts(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                _objects[_depth++] = _nameCount;
                return true;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _nameCount = _objects[--_depth];
                return true;
            case JsonTokenType.PropertyName:
                return !reader.ValueIsEscaped && IsNewName(ref reader);
            case JsonTokenType.String:
                return !reader.ValueIsEscaped;
            case JsonTokenType.Number:
                return reader.ValueSpan.Length <= LongestPlainNumber && !reader.ValueSpan.ContainsAny((byte)'e', (byte)'E');
            default:
                return true;
        }
    }

    private bool IsNewName(ref Utf8JsonReader reader)
    {
        if (_nameCount == MaxNames)
        {
            return false;
        }

        var name = reader.ValueSpan;
        foreach (var other in _names[_objects[_depth - 1].._nameCount])
        {
            if (_utf8[other].SequenceEqual(name))
            {
                return false;
            }
        }

        var start = (int)reader.TokenStartIndex + 1;
        _names[_nameCount++] = start..(start + name.Length);
        return true;
    }

    private static int LengthOf(ref Utf8JsonReader reader) => reader.ValueSpan.Length + reader.TokenType switch
    {
        JsonTokenType.PropertyName => 3,
        JsonTokenType.String => 2,
        _ => 0,
    };

    private static bool IsSeparated(JsonTokenType previous, JsonTokenType token) =>
        token is not (JsonTokenType.EndObject or JsonTokenType.EndArray)
        && previous is not (JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
}
