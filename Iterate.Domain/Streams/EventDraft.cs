using System.Globalization;
using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>
/// What a person typed into the composer: one event or an array of events as JSON, or the first thing that is wrong
/// with it, by line and column (requirement S-178). The rules of events themselves are checked where they are appended.
/// </summary>
public sealed record EventDraft
{
    private EventDraft(IReadOnlyList<EventInput> events, EventDraftError? error) => (Events, Error) = (events, error);

    /// <summary>The events; empty while there is an error or nothing was typed.</summary>
    public IReadOnlyList<EventInput> Events { get; }

    /// <summary>What is wrong; null when the draft can be appended or is empty.</summary>
    public EventDraftError? Error { get; }

    /// <summary>There is something to append.</summary>
    public bool IsReady => Events.Count > 0;

    /// <summary>Reads a draft; blank text is an empty draft, not an error.</summary>
    public static EventDraft Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new([], null);
        }

        try
        {
            List<EventInput> events = text.AsSpan().TrimStart().StartsWith('[')
                ? JsonSerializer.Deserialize<List<EventInput>>(text, ApiJson.Options)!
                : [JsonSerializer.Deserialize<EventInput>(text, ApiJson.Options)!];
            return Judge(events);
        }
        catch (JsonException fault)
        {
            return NotJson(text, fault);
        }
    }

    private static EventDraft Judge(List<EventInput> events)
    {
        if (events.Count == 0)
        {
            return new([], new("The array holds no event."));
        }

        for (var index = 0; index < events.Count; index++)
        {
            if (events[index].ShapeFaults is [var fault, ..])
            {
                return new([], new(events.Count == 1
                    ? $"{fault}"
                    : string.Create(CultureInfo.InvariantCulture, $"Event {index + 1}: {fault}")));
            }
        }

        return new(events, null);
    }

    /// <summary>
    /// The events under keys of their own, so that sending the same draft twice commits it once (requirement S-180).
    /// A key that was typed is kept.
    /// </summary>
    public IReadOnlyList<EventInput> WithKeys(string draftKey) =>
    [
        .. Events.Select((input, index) => input with
        {
            IdempotencyKey = input.IdempotencyKey
                ?? string.Create(CultureInfo.InvariantCulture, $"draft:{draftKey}:{index}"),
        }),
    ];

    private static EventDraft NotJson(string text, JsonException fault)
    {
        var line = fault.LineNumber ?? 0;
        var column = ColumnOf(text, line, fault.BytePositionInLine ?? 0);
        return new([], new(string.Create(CultureInfo.InvariantCulture, $"Line {line + 1}, column {column}: {Sentence(fault)}"), line + 1, column));
    }

    /// <summary>The parser counts bytes; a person counts characters.</summary>
    private static long ColumnOf(string text, long line, long byteInLine)
    {
        var bytes = Encoding.UTF8.GetBytes(text.Split('\n').ElementAtOrDefault((int)line) ?? "");
        return Encoding.UTF8.GetCharCount(bytes.AsSpan(0, (int)Math.Min(byteInLine, bytes.Length))) + 1;
    }

    /// <summary>The parser's sentence without the position and the advice it appends.</summary>
    private static string Sentence(JsonException fault)
    {
        var message = fault.Message;
        foreach (var appended in (ReadOnlySpan<string>)[" Path:", " LineNumber:", " Change the reader"])
        {
            var at = message.IndexOf(appended, StringComparison.Ordinal);
            message = at < 0 ? message : message[..at];
        }

        return message;
    }
}

/// <summary>What is wrong with a draft.</summary>
/// <param name="Message">One sentence; begins with line and column when it is not JSON.</param>
/// <param name="Line">From 1; null when the text is JSON but not an event.</param>
/// <param name="Column">In characters, from 1; null when the text is JSON but not an event.</param>
public sealed record EventDraftError(string Message, long? Line = null, long? Column = null);
