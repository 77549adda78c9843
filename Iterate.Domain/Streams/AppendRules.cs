using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>What one batch does to a stream.</summary>
/// <param name="Tip">The stream afterwards.</param>
/// <param name="Events">Committed events, aligned with the batch; for a repeated key the event committed before.</param>
/// <param name="Written">What is to be written, ascending.</param>
public sealed record AppendDecision(StreamTip Tip, IReadOnlyList<StreamEvent> Events, IReadOnlyList<WrittenEvent> Written);

/// <summary>An event with the size of its body, by which rings and pages are bounded.</summary>
public sealed record WrittenEvent(StreamEvent Event, int Bytes);

/// <summary>
/// Decides a batch against the locked state of its stream. Pure, so that a group commit and one append after another
/// cannot differ (requirement S-33).
/// </summary>
public static class AppendRules
{
    /// <summary>
    /// The decision, in the order of requirement S-26: idempotency, pause gate, precondition, effect on the tip. Later
    /// events of a batch see the effect of earlier ones.
    /// </summary>
    /// <param name="tip">The stream before the batch.</param>
    /// <param name="batch">Admitted events.</param>
    /// <param name="now">Node clock; raised to the previous event's time if it went back (requirement S-18).</param>
    /// <param name="findByKey">The event already committed under a key, or null.</param>
    /// <exception cref="ApiException"><c>idempotency-conflict</c>, <c>stream-paused</c>, <c>offset-conflict</c>.</exception>
    public static AppendDecision Decide(
        StreamTip tip, IReadOnlyList<AdmittedEvent> batch, DateTimeOffset now, Func<string, StreamEvent?> findByKey)
    {
        var createdAt = ToMilliseconds(now);
        if (createdAt < tip.LastEventAt)
        {
            createdAt = tip.LastEventAt.Value;
        }

        var events = new StreamEvent[batch.Count];
        var written = new List<WrittenEvent>(batch.Count);
        Dictionary<string, StreamEvent>? ownKeys = null;
        for (var index = 0; index < batch.Count; index++)
        {
            var input = batch[index];
            if (input.IdempotencyKey is { } key && (ownKeys?.GetValueOrDefault(key) ?? findByKey(key)) is { } existing)
            {
                events[index] = input.SameBodyAs(existing) ? existing : throw KeyConflict(index, existing.Offset);
                continue;
            }

            if (tip.PausedAtOffset is not null && !CoreEvents.PassesPause(input.Type))
            {
                throw StreamPaused(tip);
            }

            if (input.Offset is { } expected && expected != tip.HeadOffset + 1)
            {
                throw OffsetConflict(index, expected, tip.HeadOffset);
            }

            var committed = input.CommitAt(tip.HeadOffset + 1, createdAt);
            events[index] = committed;
            written.Add(new(committed, input.Bytes));
            tip = After(tip, committed);
            if (input.IdempotencyKey is { } ownKey)
            {
                (ownKeys ??= new(StringComparer.Ordinal)).Add(ownKey, committed);
            }
        }

        return new(tip, events, written);
    }

    private static StreamTip After(StreamTip tip, StreamEvent committed)
    {
        tip = tip with { HeadOffset = committed.Offset, LastEventAt = committed.CreatedAt };
        return committed.Type switch
        {
            CoreEvents.Paused => tip with { PausedAtOffset = committed.Offset, PauseReason = TextIn(committed.Payload, "reason") },
            CoreEvents.Resumed => tip with { PausedAtOffset = null, PauseReason = null },
            CoreEvents.MetadataUpdated => tip with { Title = TextIn(committed.Payload, "metadata", "title") },
            _ => tip,
        };
    }

    private static string? TextIn(JsonText json, params ReadOnlySpan<string> names)
    {
        if (json.IsAbsent)
        {
            return null;
        }

        using var document = json.ToDocument();
        var value = document.RootElement;
        foreach (var name in names)
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                return null;
            }
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static DateTimeOffset ToMilliseconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    private static ApiException KeyConflict(int index, long existingOffset) =>
        new(ErrorCodes.IdempotencyConflict, $"Event {index} repeats the key of event {existingOffset} with another body.")
        {
            Members = new Dictionary<string, object?>(StringComparer.Ordinal) { ["index"] = index, ["existingOffset"] = existingOffset },
        };

    private static ApiException OffsetConflict(int index, long expected, long headOffset) =>
        new(ErrorCodes.OffsetConflict, $"Event {index} expects offset {expected}; the next one is {headOffset + 1}.")
        {
            Members = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["index"] = index,
                ["expected"] = expected,
                ["headOffset"] = headOffset,
            },
        };

    private static ApiException StreamPaused(StreamTip tip) =>
        new(ErrorCodes.StreamPaused, tip.PauseReason is null ? "The stream is paused." : $"The stream is paused: {tip.PauseReason}")
        {
            Members = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["reason"] = tip.PauseReason,
                ["pausedAtOffset"] = tip.PausedAtOffset,
            },
        };
}
