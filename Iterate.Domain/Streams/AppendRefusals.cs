using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>The refusals a stream answers an append with (streams.md, sections 3 to 5).</summary>
internal static class AppendRefusals
{
    public static ApiException KeyConflict(int index, long existingOffset) =>
        new(ErrorCodes.IdempotencyConflict, $"Event {index} repeats the key of event {existingOffset} with another body.")
        {
            Members = new Dictionary<string, object?>(StringComparer.Ordinal) { ["index"] = index, ["existingOffset"] = existingOffset },
        };

    public static ApiException OffsetConflict(int index, long expected, long headOffset) =>
        new(ErrorCodes.OffsetConflict, $"Event {index} expects offset {expected}; the next one is {headOffset + 1}.")
        {
            Members = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["index"] = index,
                ["expected"] = expected,
                ["headOffset"] = headOffset,
            },
        };

    public static ApiException StreamPaused(StreamTip tip) =>
        new(ErrorCodes.StreamPaused, tip.PauseReason is null ? "The stream is paused." : $"The stream is paused: {tip.PauseReason}")
        {
            Members = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["reason"] = tip.PauseReason,
                ["pausedAtOffset"] = tip.PausedAtOffset,
            },
        };

    public static ApiException StreamArchived() => new(ErrorCodes.StreamArchived, "The stream is archived; it can be read but not written.");

    public static ApiException StateTooLarge(int bytes) =>
        new(ErrorCodes.StreamStateTooLarge, $"The state of the stream would have {bytes} bytes; at most {StreamDetails.MaxBytes} are allowed.")
        {
            Members = new Dictionary<string, object?>(StringComparer.Ordinal) { ["bytes"] = bytes, ["limit"] = StreamDetails.MaxBytes },
        };

    public static ApiException TooManySubscriptions(int most) =>
        new(ErrorCodes.TooManySubscriptions, $"A stream has at most {most} subscriptions.");

    public static ApiException SubscriberTypeChanged(string key) =>
        new(ErrorCodes.SubscriberTypeChanged, $"The subscription '{key}' has a subscriber of another type; remove it first.");
}
