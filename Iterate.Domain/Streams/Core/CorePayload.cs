using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>
/// A look into the payload of a core event that is in a log. What is not there, or is of another shape because a newer
/// version wrote it, reads as absent: a log is never refused (requirement S-55).
/// </summary>
internal readonly struct CorePayload
{
    private readonly JsonElement _value;

    private CorePayload(JsonElement value) => _value = value;

    public bool IsAbsent => _value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    public static CorePayload Of(StreamEvent committed)
    {
        if (committed.Payload.IsAbsent)
        {
            return default;
        }

        using var document = committed.Payload.ToDocument();
        return new(document.RootElement.Clone());
    }

    public CorePayload Member(string name) =>
        _value.ValueKind == JsonValueKind.Object && _value.TryGetProperty(name, out var member) ? new(member) : default;

    public string? Text(string name) => Member(name)._value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public long? Integer(string name) =>
        Member(name)._value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    public JsonText Json(string name) => Member(name) is { IsAbsent: false } member ? JsonText.FromTrusted(member._value.GetRawText()) : default;

    public T? As<T>()
        where T : class
    {
        try
        {
            return IsAbsent ? null : _value.Deserialize<T>(ApiJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
