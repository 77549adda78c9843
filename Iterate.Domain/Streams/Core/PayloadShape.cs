using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Iterate.Domain.Streams;

/// <summary>
/// What is wrong with a value, or null. A shape that looks inside reports what it finds there itself, each at its place.
/// </summary>
internal delegate string? PayloadShape(JsonElement value, string pointer, Action<string, string> fault);

/// <summary>A member of an object.</summary>
internal sealed record PayloadField(string Name, PayloadShape Shape, bool Required = true);

/// <summary>The shapes core payloads are made of; objects are strict (requirement S-50).</summary>
internal static class PayloadShapes
{
    public static PayloadShape Any { get; } = (_, _, _) => null;

    public static PayloadShape Object(params PayloadField[] fields) => (value, pointer, fault) =>
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return "must be a JSON object.";
        }

        foreach (var field in fields.Where(field => field.Required && !value.TryGetProperty(field.Name, out _)))
        {
            fault(JsonPointer.Append(pointer, field.Name), "is required.");
        }

        foreach (var member in value.EnumerateObject())
        {
            var place = JsonPointer.Append(pointer, member.Name);
            var field = Array.Find(fields, field => string.Equals(field.Name, member.Name, StringComparison.Ordinal));
            if ((field is null ? "is not a known field." : field.Shape(member.Value, place, fault)) is { } message)
            {
                fault(place, message);
            }
        }

        return null;
    };

    /// <summary>One of several objects, told apart by a member.</summary>
    public static PayloadShape Union(string tag, IReadOnlyDictionary<string, PayloadField[]> kinds)
    {
        var shapes = kinds.ToDictionary(
            kind => kind.Key, kind => Object([new(tag, OneOf(kind.Key)), .. kind.Value]), StringComparer.Ordinal);
        var names = string.Join(", ", kinds.Keys);
        return (value, pointer, fault) =>
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                return "must be a JSON object.";
            }

            if (value.TryGetProperty(tag, out var kind) && kind.ValueKind == JsonValueKind.String && shapes.TryGetValue(kind.GetString()!, out var shape))
            {
                return shape(value, pointer, fault);
            }

            fault(JsonPointer.Append(pointer, tag), $"must be one of {names}.");
            return null;
        };
    }

    public static PayloadShape Either(PayloadShape one, PayloadShape other) => (value, pointer, fault) =>
        one(value, pointer, fault) is { } first && other(value, pointer, fault) is { } second ? $"{first} Or it {second}" : null;

    public static PayloadShape JsonObject(int mostBytes) => (value, _, _) =>
        value.ValueKind != JsonValueKind.Object ? "must be a JSON object."
        : Encoding.UTF8.GetByteCount(value.GetRawText()) > mostBytes ? $"is larger than {mostBytes} bytes."
        : null;

    public static PayloadShape ArrayOf(PayloadShape item, int most) => (value, pointer, fault) =>
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > most)
        {
            return $"must be an array of at most {most}.";
        }

        foreach (var (index, element) in value.EnumerateArray().Index())
        {
            var place = JsonPointer.Append(pointer, index.ToString(CultureInfo.InvariantCulture));
            if (item(element, place, fault) is { } message)
            {
                fault(place, message);
            }
        }

        return null;
    };

    public static PayloadShape Text(int most) => OfText(text => text.EnumerateRunes().Count() > most ? $"is longer than {most} characters." : null);

    public static PayloadShape Bytes(int most) => OfText(text => Encoding.UTF8.GetByteCount(text) > most ? $"is larger than {most} bytes." : null);

    public static PayloadShape OneOf(params string[] words) =>
        OfText(text => words.Contains(text, StringComparer.Ordinal) ? null : $"must be one of {string.Join(", ", words)}.");

    public static PayloadShape Like(Regex pattern, string description) => OfText(text => pattern.IsMatch(text) ? null : $"must be {description}.");

    public static PayloadShape Integer(long least, long most = long.MaxValue) => (value, _, _) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most
            ? null
            : most == long.MaxValue ? $"must be a whole number, at least {least}." : $"must be a whole number from {least} to {most}.";

    private static PayloadShape OfText(Func<string, string?> fault) => (value, _, _) =>
        value.ValueKind == JsonValueKind.String ? fault(value.GetString()!) : "must be a string.";
}
