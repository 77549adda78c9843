using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Domain.Outbox;

/// <summary>Outbox payloads as they are stored (requirement O-4).</summary>
public static class OutboxPayloadJson
{
    private const int MostBytes = 256 * 1024;

    private static readonly JsonSerializerOptions Options = CreateOptions();

    /// <summary>The JSON of <paramref name="payload"/>.</summary>
    /// <exception cref="ApiException">
    /// <c>payload-too-large</c>: over 256 KiB; <c>invalid-input</c>: holds what the database cannot keep, such as U+0000
    /// or half of a surrogate pair.
    /// </exception>
    public static string Serialize<TPayload>(TPayload payload)
        where TPayload : class, IOutboxPayload
    {
        var json = JsonSerializer.Serialize(payload, Options);
        if (Encoding.UTF8.GetByteCount(json) > MostBytes)
        {
            throw new ApiException(ErrorCodes.PayloadTooLarge, $"An outbox payload holds at most {MostBytes / 1024} KiB; pass what is larger by reference.");
        }

        return FindFault(json) is { } fault ? throw ApiException.InvalidInput("payload" + fault.Pointer, fault.Message) : json;
    }

    /// <summary>The first thing in <paramref name="json"/> that the database cannot keep, and where; null when there is none.</summary>
    public static (string Pointer, string Message)? FindFault(string json) =>
        JsonRules.FindFault(json, "") is { } fault ? (fault.Pointer, fault.Message.TrimEnd('.')) : null;

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions();
        ApiJson.Apply(options);
        options.Converters.Add(new WholeTextConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>The serializer would write half of a surrogate pair as a question mark; what was enqueued would be lost.</summary>
    private sealed class WholeTextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Whole(value));

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(Whole(value));

        private static string Whole(string text)
        {
            for (var index = 0; index < text.Length; index++)
            {
                if (char.IsSurrogate(text[index]))
                {
                    if (!char.IsSurrogatePair(text, index))
                    {
                        throw ApiException.InvalidInput("payload", "holds a lone surrogate");
                    }

                    index++;
                }
            }

            return text;
        }
    }
}
