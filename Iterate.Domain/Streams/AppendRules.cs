using System.Text;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>What one batch does to a stream.</summary>
/// <param name="Tip">The hot fields afterwards.</param>
/// <param name="Details">The rest of the core state afterwards; null when the batch could not change it.</param>
/// <param name="Events">Committed events, aligned with the batch; for a repeated key the event committed before.</param>
/// <param name="CommittedCount">How many of the batch are written now; the rest had been there already.</param>
/// <param name="Written">What is to be written, ascending; after an overdraft also what the breaker has to say.</param>
public sealed record AppendDecision(StreamTip Tip, StreamDetails? Details, IReadOnlyList<StreamEvent> Events, int CommittedCount, IReadOnlyList<WrittenEvent> Written);

/// <summary>An event with the size of its body, by which rings and pages are bounded.</summary>
public sealed record WrittenEvent(StreamEvent Event, int Bytes);

/// <summary>
/// Decides a batch against the locked state of its stream. Pure, so that a group commit and one append after another
/// cannot differ (requirement S-33).
/// </summary>
public static class AppendRules
{
    private const int MaxSubscriptions = 64;

    /// <summary>
    /// The decision, in the order of requirement S-26: idempotency, pause gate, precondition, core validation, effect
    /// on the state. Later events of a batch see the effect of earlier ones.
    /// </summary>
    /// <param name="path">Path of the stream.</param>
    /// <param name="tip">The hot fields before the batch.</param>
    /// <param name="details">The rest of the core state; needed only when an event of the batch changes it.</param>
    /// <param name="batch">Admitted events.</param>
    /// <param name="now">Node clock; raised to the previous event's time if it went back (requirement S-18).</param>
    /// <param name="findByKey">The event already committed under a key, or null.</param>
    /// <exception cref="ApiException">
    /// <c>idempotency-conflict</c>, <c>stream-archived</c>, <c>stream-paused</c>, <c>offset-conflict</c>,
    /// <c>too-many-subscriptions</c>, <c>subscriber-type-changed</c>, <c>stream-state-too-large</c>.
    /// </exception>
    public static AppendDecision Decide(
        StreamPath path, StreamTip tip, StreamDetails? details, IReadOnlyList<AdmittedEvent> batch, DateTimeOffset now, Func<string, StreamEvent?> findByKey)
    {
        var createdAt = now.ToMilliseconds();
        if (createdAt < tip.LastEventAt)
        {
            createdAt = tip.LastEventAt.Value;
        }

        var events = new StreamEvent[batch.Count];
        var written = new List<WrittenEvent>(batch.Count);
        var spent = false;
        Dictionary<string, StreamEvent>? ownKeys = null;
        for (var index = 0; index < batch.Count; index++)
        {
            var input = batch[index];
            if (input.IdempotencyKey is { } key && (ownKeys?.GetValueOrDefault(key) ?? findByKey(key)) is { } existing)
            {
                events[index] = input.SameBodyAs(existing) ? existing : throw AppendRefusals.KeyConflict(index, existing.Offset);
                continue;
            }

            RefuseIfClosed(tip, input.Type);
            if (input.Offset is { } expected && expected != tip.HeadOffset + 1)
            {
                throw AppendRefusals.OffsetConflict(index, expected, tip.HeadOffset);
            }

            var committed = input.CommitAt(tip.HeadOffset + 1, createdAt);
            events[index] = committed;
            written.Add(new(committed, input.Bytes));
            spent |= !CoreEvents.IsCore(committed.Type);
            tip = tip.After(committed);
            if (StreamDetails.IsChangedBy(committed.Type))
            {
                details = After(Needed(details), committed, path);
            }

            if (input.IdempotencyKey is { } ownKey)
            {
                (ownKeys ??= new(StringComparer.Ordinal)).Add(ownKey, committed);
            }
        }

        RefuseIfTooLarge(details, written);
        var committedCount = written.Count;
        if (spent && tip.Breaker.IsOverdrawn)
        {
            tip = Trip(tip, createdAt, written);
        }

        return new(tip, details, events, committedCount, written);
    }

    /// <summary>
    /// The batch that takes more tokens than there are is committed, and what it overdrew closes the stream in the same
    /// transaction (requirement S-71).
    /// </summary>
    private static StreamTip Trip(StreamTip tip, DateTimeOffset createdAt, List<WrittenEvent> written)
    {
        var tripped = EventAdmission.Admit(
            [CoreEvents.BreakerTrippedEvent(tip.Breaker), CoreEvents.PausedEvent(CoreEvents.BreakerPauseReason)], EventOrigin.Platform);
        foreach (var admitted in tripped)
        {
            var committed = admitted.CommitAt(tip.HeadOffset + 1, createdAt);
            written.Add(new(committed, admitted.Bytes));
            tip = tip.After(committed);
        }

        return tip;
    }

    private static void RefuseIfClosed(StreamTip tip, string type)
    {
        if (tip.IsArchived)
        {
            throw AppendRefusals.StreamArchived();
        }

        if (tip.PausedAtOffset is not null && !CoreEvents.PassesPause(type))
        {
            throw AppendRefusals.StreamPaused(tip);
        }
    }

    private static void RefuseIfTooLarge(StreamDetails? details, List<WrittenEvent> written)
    {
        if (details is not null && written.Exists(one => StreamDetails.IsGrownBy(one.Event.Type))
            && Encoding.UTF8.GetByteCount(details.ToJson()) is var bytes and > StreamDetails.MaxBytes)
        {
            throw AppendRefusals.StateTooLarge(bytes);
        }
    }

    private static StreamDetails After(StreamDetails details, StreamEvent committed, StreamPath path)
    {
        var after = details.After(committed, path);
        if (committed.Type is CoreEvents.SubscriptionConfigured)
        {
            var key = CorePayload.Of(committed).Text("subscriptionKey")!;
            if (details.Subscriptions.GetValueOrDefault(key) is { } before && before.Type != after.Subscriptions[key].Type)
            {
                throw AppendRefusals.SubscriberTypeChanged(key);
            }

            if (after.Subscriptions.Count > MaxSubscriptions)
            {
                throw AppendRefusals.TooManySubscriptions(MaxSubscriptions);
            }
        }

        return after;
    }

    private static StreamDetails Needed(StreamDetails? details) =>
        details ?? throw new InvalidOperationException("The batch changes the details of its stream, and they were not loaded.");
}
