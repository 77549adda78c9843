using System.Text.Json;
using System.Text.Json.Serialization;

namespace Iterate.Domain.Api;

/// <summary>
/// Any JSON value, kept as its text. <c>default</c> means absent, which is different from JSON <c>null</c>; both
/// round-trip (streams.md, section 2).
/// </summary>
/// <remarks>
/// The text is written out as it is, so a stored event reaches a reader without being parsed on the way.
/// Equality is that of the text; compare by value with <see cref="ValueEquals"/>.
/// </remarks>
[JsonConverter(typeof(Converter))]
public readonly record struct JsonText
{
    private JsonText(string text) => Text = text;

    /// <summary>The JSON text; null when absent.</summary>
    public string? Text { get; }

    /// <summary>There is no value at all.</summary>
    public bool IsAbsent => Text is null;

    /// <summary>Wraps text that is known to be one valid JSON value, such as a jsonb column.</summary>
    public static JsonText FromTrusted(string json) => new(json);

    /// <summary>Wraps text after checking that it is one valid JSON value.</summary>
    /// <exception cref="JsonException">The text is not one JSON value.</exception>
    public static JsonText Parse(string json)
    {
        using var document = JsonDocument.Parse(json, ApiJson.DocumentOptions);
        return new(document.RootElement.GetRawText());
    }

    /// <summary>Serializes a value with <see cref="ApiJson.Options"/>.</summary>
    public static JsonText From<T>(T value) => new(JsonSerializer.Serialize(value, ApiJson.Options));

    /// <summary>A document over the text; the caller disposes it.</summary>
    /// <exception cref="InvalidOperationException">The value is absent.</exception>
    public JsonDocument ToDocument() => JsonDocument.Parse(
        Text ?? throw new InvalidOperationException("An absent JSON value has no document."), ApiJson.DocumentOptions);

    /// <summary>Whether both are absent or hold the same value, whatever their key order, spacing and number spelling.</summary>
    public bool ValueEquals(JsonText other)
    {
        if (IsAbsent || other.IsAbsent || string.Equals(Text, other.Text, StringComparison.Ordinal))
        {
            return IsAbsent == other.IsAbsent;
        }

        using var mine = ToDocument();
        using var theirs = other.ToDocument();
        return JsonElement.DeepEquals(mine.RootElement, theirs.RootElement);
    }

    /// <inheritdoc/>
    public override string ToString() => Text ?? "";

    /// <summary>Reads and writes the text unparsed.</summary>
    public sealed class Converter : JsonConverter<JsonText>
    {
        /// <inheritdoc/>
        public override bool HandleNull => true;

        /// <inheritdoc/>
        public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return new(document.RootElement.GetRawText());
        }

        /// <inheritdoc/>
        public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options)
        {
            if (value.Text is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                writer.WriteRawValue(value.Text, skipInputValidation: true);
            }
        }
    }
}
