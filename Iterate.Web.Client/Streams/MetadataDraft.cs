using System.Text.Json;
using System.Text.Json.Nodes;
using Iterate.Domain.Api;

namespace Iterate.Web.Client.Streams;

/// <summary>Metadata of a stream as a person edits it: the well-known members as text, the others as JSON.</summary>
internal sealed class MetadataDraft
{
    private const string TitleKey = "title";
    private const string DescriptionKey = "description";

    private static readonly JsonSerializerOptions Pretty = new(ApiJson.Options) { WriteIndented = true };

    /// <summary>Empty for none.</summary>
    public string Title { get; set; } = "";

    /// <summary>Empty for none.</summary>
    public string Description { get; set; } = "";

    /// <summary>A JSON object, or nothing.</summary>
    public string Others { get; set; } = "";

    /// <summary>Takes metadata apart. A title that is no text stays among the others, so that nothing is lost.</summary>
    public static MetadataDraft Of(JsonText metadata)
    {
        var members = metadata.IsAbsent ? [] : JsonNode.Parse(metadata.Text!, documentOptions: ApiJson.DocumentOptions)!.AsObject();
        return new()
        {
            Title = Take(members, TitleKey),
            Description = Take(members, DescriptionKey),
            Others = members.Count == 0 ? "" : members.ToJsonString(Pretty),
        };
    }

    /// <summary>Puts it together again.</summary>
    /// <exception cref="FormatException">The others are no JSON object, or name what has a field of its own.</exception>
    public JsonText Join()
    {
        var members = Members();
        foreach (var (key, text) in new[] { (DescriptionKey, Description), (TitleKey, Title) })
        {
            if (text.Trim() is { Length: > 0 } value && !members.TryAdd(key, JsonValue.Create(value)))
            {
                throw new FormatException($"“{key}” has a field of its own.");
            }
        }

        return JsonText.FromTrusted(members.ToJsonString(ApiJson.Options));
    }

    private JsonObject Members()
    {
        try
        {
            return string.IsNullOrWhiteSpace(Others) ? []
                : JsonNode.Parse(Others, documentOptions: ApiJson.DocumentOptions) as JsonObject ?? throw new FormatException("This is JSON, but no object.");
        }
        catch (JsonException fault)
        {
            throw new FormatException($"This is no JSON: line {fault.LineNumber + 1}, column {fault.BytePositionInLine + 1}.", fault);
        }
        catch (ArgumentException fault)
        {
            throw new FormatException("A member is named twice.", fault);
        }
    }

    private static string Take(JsonObject members, string key)
    {
        if (members[key] is not JsonValue value || !value.TryGetValue<string>(out var text))
        {
            return "";
        }

        members.Remove(key);
        return text;
    }
}
