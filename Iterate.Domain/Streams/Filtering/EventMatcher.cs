using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>
/// An <see cref="EventFilter"/>, checked and ready to match (requirement S-79). It alone decides what is seen: rings ask
/// it event by event, and what the database has narrowed down is asked again, so both see the same.
/// </summary>
public sealed class EventMatcher
{
    /// <summary>Longest text of <c>contains</c>, in Unicode scalar values.</summary>
    public const int MaxTextLength = 200;

    /// <summary>Most bytes of <c>payload</c> and of <c>metadata</c>.</summary>
    public const int MaxJsonBytes = 64 * 1024;

    private readonly JsonElement? _payload;
    private readonly JsonElement? _metadata;
    private readonly TextSearch? _search;

    private EventMatcher(EventTypeFilter? types, JsonText payload, JsonText metadata, string? contains)
    {
        Types = types;
        Payload = payload;
        Metadata = metadata;
        Contains = contains;
        _payload = Element(payload);
        _metadata = Element(metadata);
        _search = contains is null ? null : new(contains);
    }

    /// <summary>Types to be seen; null for all.</summary>
    public EventTypeFilter? Types { get; }

    /// <summary>JSON that the payload contains, or absent.</summary>
    public JsonText Payload { get; }

    /// <summary>JSON that the metadata contain, or absent.</summary>
    public JsonText Metadata { get; }

    /// <summary>Text that is somewhere in the event; null when it does not matter.</summary>
    public string? Contains { get; }

    /// <summary>The type alone does not decide, so events must be looked at one by one.</summary>
    public bool LooksInside => _payload is not null || _metadata is not null || _search is not null;

    /// <summary>Reads the filter of a request; null when it lets everything through.</summary>
    /// <exception cref="ApiException"><c>invalid-input</c>, naming the part that breaks its rules.</exception>
    public static EventMatcher? Create(EventFilter? filter)
    {
        if (filter is null)
        {
            return null;
        }

        if (filter.Contains is { } text && FaultOf(text) is { } fault)
        {
            throw ApiException.InvalidInput("filter.contains", fault);
        }

        var matcher = new EventMatcher(
            EventTypeFilter.Create(filter), Admit(filter.Payload, "filter.payload"), Admit(filter.Metadata, "filter.metadata"), filter.Contains);
        return matcher.Types is null && !matcher.LooksInside ? null : matcher;
    }

    /// <summary>Whether the event is to be seen.</summary>
    public bool Matches(StreamEvent committed) =>
        (Types is null || Types.Matches(committed.Type))
        && (_payload is not { } payload || JsonContainment.Contains(committed.Payload, payload))
        && (_metadata is not { } metadata || JsonContainment.Contains(committed.Metadata, metadata))
        && (_search is null || _search.Matches(committed));

    private static string? FaultOf(string text)
    {
        var length = 0;
        for (var index = 0; index < text.Length; length++)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return "holds a lone surrogate";
            }

            if (rune.Value == 0)
            {
                return "holds U+0000";
            }

            index += consumed;
        }

        return length is >= 1 and <= MaxTextLength ? null : $"must have 1 to {MaxTextLength} characters";
    }

    private static JsonText Admit(JsonText json, string field)
    {
        if (json.Text is not { } text)
        {
            return default;
        }

        if (text.Length > MaxJsonBytes || Encoding.UTF8.GetByteCount(text) > MaxJsonBytes)
        {
            throw ApiException.InvalidInput(field, "is larger than 64 KiB");
        }

        return JsonRules.FindFault(text, "") is { } fault
            ? throw ApiException.InvalidInput(field, fault.Pointer.Length == 0 ? fault.Message : $"{fault.Pointer} {fault.Message}")
            : json;
    }

    private static JsonElement? Element(JsonText json) => json.Text is { } text ? JsonElement.Parse(text, ApiJson.DocumentOptions) : null;
}
