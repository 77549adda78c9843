using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>
/// The one door into a log (requirement S-46): what an event must look like before any stream is asked. Pure; every
/// surface calls it with the same rules.
/// </summary>
public static partial class EventAdmission
{
    /// <summary>Largest body of an event, in bytes (requirement S-13).</summary>
    public const int MaxEventBytes = 1024 * 1024;

    /// <summary>Most events of a batch (requirement S-14).</summary>
    public const int MaxBatchEvents = 1_000;

    /// <summary>Largest batch, in bytes (requirement S-14).</summary>
    public const int MaxBatchBytes = 8 * 1024 * 1024;

    /// <summary>Largest metadata object, in bytes.</summary>
    public const int MaxMetadataBytes = 64 * 1024;

    /// <summary>Longest type and longest idempotency key, in Unicode scalar values.</summary>
    public const int MaxTextLength = 200;

    private static readonly string[] ReservedKeyPrefixes = ["iterate:", "outbox:"];

    /// <summary>Admits a batch as a whole or refuses it as a whole.</summary>
    /// <exception cref="ApiException">
    /// <c>invalid-event</c> with <c>errors</c> for every bad event, <c>event-too-large</c>, <c>batch-too-large</c>,
    /// <c>reserved-event-type</c>, <c>forbidden</c>.
    /// </exception>
    public static IReadOnlyList<AdmittedEvent> Admit(IReadOnlyList<EventInput> events, EventOrigin origin)
    {
        if (events.Count > MaxBatchEvents)
        {
            throw BatchTooLarge("events", events.Count, MaxBatchEvents);
        }

        var admitted = new AdmittedEvent[events.Count];
        var faults = new List<EventFault>();
        for (var index = 0; index < events.Count; index++)
        {
            admitted[index] = Admit(events[index], index, origin, faults);
        }

        if (faults.Count > 0)
        {
            throw InvalidEvent(faults);
        }

        RefuseSizes(admitted);
        RefuseTypesAbove(admitted, origin);
        return admitted;
    }

    /// <summary>The key belongs to the platform (requirement S-32).</summary>
    public static bool IsReservedKey(string key) => ReservedKeyPrefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The refusal for events that break the rules of sections 2 and 4.</summary>
    public static ApiException InvalidEvent(IReadOnlyList<EventFault> faults) =>
        new(ErrorCodes.InvalidEvent, faults.Count == 1 ? $"Event {faults[0].Index}: {faults[0]}" : $"Event {faults[0].Index}: {faults[0]} ({faults.Count} faults in all)")
        {
            Members = new Dictionary<string, object?>(StringComparer.Ordinal) { ["errors"] = faults },
        };

    private static AdmittedEvent Admit(EventInput input, int index, EventOrigin origin, List<EventFault> faults)
    {
        var before = faults.Count;
        void Fault(string pointer, string message) => faults.Add(new(index, pointer, message));

        foreach (var fault in input.ShapeFaults)
        {
            faults.Add(fault with { Index = index });
        }

        var type = input.Type.Trim();
        if (input.ShapeFaults.Count == 0 && FaultOfType(type) is { } typeFault)
        {
            Fault("/type", typeFault);
        }

        var key = input.IdempotencyKey?.Trim();
        if (key is not null && FaultOfKey(key, origin) is { } keyFault)
        {
            Fault("/idempotencyKey", keyFault);
        }

        if (input.Offset < 1)
        {
            Fault("/offset", "must be at least 1.");
        }

        CheckSource(input.Source, Fault);
        var payload = AdmitJson(input.Payload, "/payload", Fault);
        var metadata = AdmitJson(input.Metadata, "/metadata", Fault);
        if (metadata.Text is { } text && (text[0] != '{' || Encoding.UTF8.GetByteCount(text) > MaxMetadataBytes))
        {
            Fault("/metadata", text[0] != '{' ? "must be a JSON object." : "is larger than 64 KiB.");
        }

        // What the caller may not append at all is refused for that, whatever it looks like.
        if (faults.Count == before && CoreEvents.LowestOriginOf(type) <= origin)
        {
            CoreEventPayloads.Check(type, payload, Fault);
        }

        var admitted = new AdmittedEvent
        {
            Type = type,
            Payload = payload,
            Metadata = metadata,
            Source = input.Source,
            IdempotencyKey = key,
            Offset = input.Offset,
            Bytes = 0,
        };
        return faults.Count == before ? admitted with { Bytes = SizeOf(admitted) } : admitted;
    }

    /// <summary>What is wrong with a trimmed type, or with the name of a frame; null when nothing is.</summary>
    internal static string? FaultOfType(string type) =>
        FaultOfText(type) ?? (HasControl(type) ? "may not hold control characters." : null);

    private static string? FaultOfKey(string key, EventOrigin origin) =>
        FaultOfText(key)
        ?? (key.Contains('\0', StringComparison.Ordinal) ? "may not hold U+0000." : null)
        ?? (origin != EventOrigin.Platform && IsReservedKey(key)
            ? "may not begin with 'iterate:' or 'outbox:', which belong to the platform."
            : null);

    private static bool HasControl(string text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }

    private static string? FaultOfText(string text)
    {
        var length = 0;
        for (var index = 0; index < text.Length; length++)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(index), out _, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return "holds a lone surrogate.";
            }

            index += consumed;
        }

        return length is >= 1 and <= MaxTextLength ? null : $"must have 1 to {MaxTextLength} characters.";
    }

    private static void CheckSource(EventSource? source, Action<string, string> fault)
    {
        if (source?.Processor is not { } processor)
        {
            return;
        }

        if (!SlugPattern().IsMatch(processor.Slug))
        {
            fault("/source/processor/slug", "must be 2 to 64 of a-z, 0-9 and '-', beginning with a letter.");
        }

        if (processor.Version < 1)
        {
            fault("/source/processor/version", "must be at least 1.");
        }
    }

    private static JsonText AdmitJson(JsonText value, string pointer, Action<string, string> fault)
    {
        if (value.Text is not { } json)
        {
            return default;
        }

        if (JsonRules.Admit(json, pointer, out var found) is { } admitted)
        {
            return JsonText.FromTrusted(admitted);
        }

        fault(found.Pointer, found.Message);
        return default;
    }

    private static int SizeOf(AdmittedEvent admitted)
    {
        var members = 1;
        var bytes = 2 + MemberSize("type", QuotedSize(admitted.Type));
        Add("payload", admitted.Payload.Text is { } payload ? Encoding.UTF8.GetByteCount(payload) : null);
        Add("metadata", admitted.Metadata.Text is { } metadata ? Encoding.UTF8.GetByteCount(metadata) : null);
        Add("source", admitted.Source is { } source ? JsonSerializer.SerializeToUtf8Bytes(source, ApiJson.Options).Length : null);
        Add("idempotencyKey", admitted.IdempotencyKey is { } key ? QuotedSize(key) : null);
        return bytes + members - 1;

        void Add(string name, int? size)
        {
            if (size is { } value)
            {
                members++;
                bytes += MemberSize(name, value);
            }
        }
    }

    private static int MemberSize(string name, int valueSize) => name.Length + 3 + valueSize;

    private static int QuotedSize(string text) =>
        2 + JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.Length;

    private static void RefuseSizes(AdmittedEvent[] events)
    {
        var total = 0L;
        for (var index = 0; index < events.Length; index++)
        {
            var bytes = events[index].Bytes;
            total += bytes;
            if (bytes > MaxEventBytes)
            {
                throw new ApiException(ErrorCodes.EventTooLarge, $"Event {index} has {Number(bytes)} bytes; at most {Number(MaxEventBytes)} are allowed.")
                {
                    Members = new Dictionary<string, object?>(StringComparer.Ordinal)
                    {
                        ["index"] = index,
                        ["bytes"] = bytes,
                        ["limit"] = MaxEventBytes,
                    },
                };
            }
        }

        if (total > MaxBatchBytes)
        {
            throw BatchTooLarge("bytes", total, MaxBatchBytes);
        }
    }

    private static void RefuseTypesAbove(AdmittedEvent[] events, EventOrigin origin)
    {
        for (var index = 0; index < events.Length; index++)
        {
            var type = events[index].Type;
            var lowest = CoreEvents.LowestOriginOf(type);
            if (lowest > origin)
            {
                var (code, whose) = lowest == EventOrigin.Platform ? (ErrorCodes.ReservedEventType, "the platform's") : (ErrorCodes.Forbidden, "for admins of the project");
                throw new ApiException(code, $"Event {index}: the type '{type}' is {whose}.")
                {
                    Members = new Dictionary<string, object?>(StringComparer.Ordinal) { ["index"] = index, ["type"] = type },
                };
            }
        }
    }

    private static ApiException BatchTooLarge(string unit, long size, int limit) =>
        new(ErrorCodes.BatchTooLarge, $"The batch has {Number(size)} {unit}; at most {Number(limit)} are allowed.")
        {
            Members = new Dictionary<string, object?>(StringComparer.Ordinal) { [unit] = size, ["limit"] = limit },
        };

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    [GeneratedRegex("^[a-z][a-z0-9-]{1,63}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex SlugPattern();
}
