using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>The shapes of core event payloads that callers may append; unknown keys are refused (requirement S-50).</summary>
internal static class CoreEventPayloads
{
    private delegate string? FieldCheck(JsonElement value, string pointer, Action<string, string> fault);

    private sealed record Field(string Name, FieldCheck Check, bool Required = false);

    private static readonly Field[] MetadataUpdated = [new("metadata", JsonObject(EventAdmission.MaxMetadataBytes), Required: true)];

    private static readonly Field[] PausedOrResumed = [new("reason", Text(500))];

    private static readonly Field[] ErrorOccurred =
    [
        new("message", Text(1_024), Required: true),
        new("error", Fields(
        [
            new("name", Text(1_024)),
            new("message", Text(1_024), Required: true),
            new("code", Text(1_024)),
            new("stack", Bytes(8 * 1024)),
        ])),
    ];

    /// <summary>Reports what is wrong with the payload of a core event; other types have no catalogue (requirement S-12).</summary>
    public static void Check(string type, JsonText payload, Action<string, string> fault)
    {
        var fields = type switch
        {
            CoreEvents.MetadataUpdated => MetadataUpdated,
            CoreEvents.Paused or CoreEvents.Resumed when !payload.IsAbsent => PausedOrResumed,
            CoreEvents.ErrorOccurred => ErrorOccurred,
            _ => null,
        };
        if (fields is null)
        {
            return;
        }

        if (payload.IsAbsent)
        {
            fault("/payload", "is required.");
            return;
        }

        using var document = payload.ToDocument();
        if (Fields(fields)(document.RootElement, "/payload", fault) is { } message)
        {
            fault("/payload", message);
        }
    }

    private static FieldCheck Fields(Field[] fields) => (value, pointer, fault) =>
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
            if ((field is null ? "is not a known field." : field.Check(member.Value, place, fault)) is { } message)
            {
                fault(place, message);
            }
        }

        return null;
    };

    private static FieldCheck JsonObject(int mostBytes) => (value, _, _) =>
        value.ValueKind != JsonValueKind.Object ? "must be a JSON object."
        : Encoding.UTF8.GetByteCount(value.GetRawText()) > mostBytes ? $"is larger than {mostBytes} bytes."
        : null;

    private static FieldCheck Text(int most) => (value, _, _) =>
        value.ValueKind != JsonValueKind.String ? "must be a string."
        : value.GetString()!.EnumerateRunes().Count() > most ? $"is longer than {most} characters."
        : null;

    private static FieldCheck Bytes(int most) => (value, _, _) =>
        value.ValueKind != JsonValueKind.String ? "must be a string."
        : Encoding.UTF8.GetByteCount(value.GetString()!) > most ? $"is larger than {most} bytes."
        : null;
}
