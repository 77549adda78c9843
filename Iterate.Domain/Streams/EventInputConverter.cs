using System.Text.Json;
using System.Text.Json.Serialization;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>
/// Reads an event without stopping at its first wrong field: what is wrong is kept in
/// <see cref="EventInput.ShapeFaults"/>, so that admission can answer with the faults of a whole batch
/// (requirements S-9 and S-11).
/// </summary>
public sealed class EventInputConverter : JsonConverter<EventInput>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override EventInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var faults = new List<EventFault>();
        var input = new EventInput { Type = "" };
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new(0, "", "must be a JSON object."));
            return input with { ShapeFaults = faults };
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in Members(document.RootElement, "", faults))
        {
            if (!seen.Add(name))
            {
                faults.Add(new(0, JsonPointer.Append("", name), "is there twice."));
                continue;
            }

            switch (name)
            {
                case "type":
                    input = input with { Type = ReadString(value, "/type", faults) ?? "" };
                    break;
                case "payload":
                    input = input with { Payload = ReadJson(value, "/payload", faults) };
                    break;
                case "metadata":
                    input = input with { Metadata = ReadJson(value, "/metadata", faults) };
                    break;
                case "source":
                    input = input with { Source = ReadSource(value, faults) };
                    break;
                case "idempotencyKey":
                    input = input with { IdempotencyKey = ReadString(value, "/idempotencyKey", faults) };
                    break;
                case "offset":
                    input = input with { Offset = ReadOffset(value, faults) };
                    break;
                default:
                    faults.Add(new(0, JsonPointer.Append("", name), "is not a field of an event."));
                    break;
            }
        }

        if (!seen.Contains("type"))
        {
            faults.Add(new(0, "/type", "is required."));
        }

        return faults.Count == 0 ? input : input with { ShapeFaults = faults };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, EventInput value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("type", value.Type);
        WriteJson(writer, "payload", value.Payload);
        WriteJson(writer, "metadata", value.Metadata);
        if (value.Source is not null)
        {
            writer.WritePropertyName("source");
            JsonSerializer.Serialize(writer, value.Source, options);
        }

        if (value.IdempotencyKey is not null)
        {
            writer.WriteString("idempotencyKey", value.IdempotencyKey);
        }

        if (value.Offset is { } offset)
        {
            writer.WriteNumber("offset", offset);
        }

        writer.WriteEndObject();
    }

    private static void WriteJson(Utf8JsonWriter writer, string name, JsonText value)
    {
        if (!value.IsAbsent)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(value.Text!, skipInputValidation: true);
        }
    }

    // Text that is not Unicode (a lone surrogate, broken UTF-8) surfaces only when it is turned into a string.
    private static List<(string Name, JsonElement Value)> Members(JsonElement container, string pointer, List<EventFault> faults)
    {
        var members = new List<(string, JsonElement)>();
        foreach (var property in container.EnumerateObject())
        {
            try
            {
                members.Add((property.Name, property.Value));
            }
            catch (InvalidOperationException)
            {
                faults.Add(new(0, pointer, "has a key that is not Unicode text."));
            }
        }

        return members;
    }

    private static string? ReadString(JsonElement value, string pointer, List<EventFault> faults)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            faults.Add(new(0, pointer, "must be a string."));
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            faults.Add(new(0, pointer, "is not Unicode text."));
            return null;
        }
    }

    private static JsonText ReadJson(JsonElement value, string pointer, List<EventFault> faults)
    {
        try
        {
            return JsonText.FromTrusted(value.GetRawText());
        }
        catch (InvalidOperationException)
        {
            faults.Add(new(0, pointer, "is not Unicode text."));
            return default;
        }
    }

    private static long? ReadOffset(JsonElement value, List<EventFault> faults)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var offset))
        {
            return offset;
        }

        faults.Add(new(0, "/offset", "must be an integer."));
        return null;
    }

    private static EventSource? ReadSource(JsonElement value, List<EventFault> faults)
    {
        var processor = Only(value, "/source", ["processor"], faults) is { } source && source.TryGetProperty("processor", out var member)
            ? ReadProcessor(member, faults)
            : null;
        return new(processor);
    }

    private static EventProcessor? ReadProcessor(JsonElement value, List<EventFault> faults)
    {
        if (Only(value, "/source/processor", ["slug", "version"], faults) is not { } processor)
        {
            return null;
        }

        var slug = processor.TryGetProperty("slug", out var slugMember) ? ReadString(slugMember, "/source/processor/slug", faults) : null;
        if (slug is null)
        {
            faults.Add(new(0, "/source/processor/slug", "is required."));
        }

        var version = 0;
        if (!processor.TryGetProperty("version", out var versionMember)
            || versionMember.ValueKind != JsonValueKind.Number || !versionMember.TryGetInt32(out version))
        {
            faults.Add(new(0, "/source/processor/version", "must be an integer."));
        }

        return new(slug ?? "", version);
    }

    private static JsonElement? Only(JsonElement value, string pointer, string[] names, List<EventFault> faults)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new(0, pointer, "must be a JSON object."));
            return null;
        }

        var members = Members(value, pointer, faults);
        foreach (var (name, _) in members.Where(member => !names.Contains(member.Name, StringComparer.Ordinal)))
        {
            faults.Add(new(0, JsonPointer.Append(pointer, name), "is not a known field."));
        }

        if (members.DistinctBy(member => member.Name, StringComparer.Ordinal).Count() != members.Count)
        {
            faults.Add(new(0, pointer, "has a duplicate key."));
        }

        return value;
    }
}
