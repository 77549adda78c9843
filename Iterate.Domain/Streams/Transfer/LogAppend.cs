using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>
/// Turns lines into events to append (requirement S-125). A line is an event as one hands it in, or one of an export:
/// then what the platform wrote is left out, and offset and time go to <c>metadata.importedFrom</c>.
/// </summary>
/// <param name="importId">
/// Makes the keys of events without one, so that a line is appended once however often its chunk is sent.
/// </param>
public sealed class LogAppend(string importId)
{
    private const string ImportedFrom = "importedFrom";

    /// <summary>Takes a line; null for one that is skipped.</summary>
    /// <exception cref="EventLineException">The line is no event.</exception>
    public AdmittedEvent? Take(long line, ReadOnlySpan<byte> json)
    {
        if (ImportLines.IsBlank(line, json))
        {
            return null;
        }

        var input = ImportLines.Read<JsonElement>(line, json) is { ValueKind: JsonValueKind.Object } fields && fields.TryGetProperty("createdAt", out _)
            ? Input(ImportLines.Read<StreamEvent>(line, json))
            : ImportLines.Read<EventInput>(line, json);
        if (CoreEvents.IsCore(input.Type))
        {
            return null;
        }

        var key = input.IdempotencyKey is { } own && !EventAdmission.IsReservedKey(own)
            ? own
            : string.Create(CultureInfo.InvariantCulture, $"iterate:import:{importId}:{line}");
        return ImportLines.Admit(line, input with { IdempotencyKey = key });
    }

    private static EventInput Input(StreamEvent committed)
    {
        var metadata = committed.Metadata.IsAbsent ? new JsonObject() : JsonNode.Parse(committed.Metadata.Text!, documentOptions: ApiJson.DocumentOptions) as JsonObject;
        if (metadata is not null)
        {
            metadata[ImportedFrom] = JsonSerializer.SerializeToNode(new { committed.Offset, committed.CreatedAt }, ApiJson.Options);
        }

        return new()
        {
            Type = committed.Type,
            Payload = committed.Payload,
            Metadata = metadata is null ? committed.Metadata : JsonText.FromTrusted(metadata.ToJsonString(ApiJson.Options)),
            Source = committed.Source,
            IdempotencyKey = committed.IdempotencyKey,
        };
    }
}
