using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>A stream as a drain holds it, under its row lock.</summary>
internal sealed class DrainStream
{
    private readonly Dictionary<string, StreamEvent> _byKey = new(StringComparer.Ordinal);
    private readonly List<WrittenEvent> _written = [];

    public required long Id { get; init; }

    public required string StreamId { get; init; }

    /// <summary>This drain inserted the row; the stream exists only if a batch of the drain is accepted.</summary>
    public required bool IsNew { get; init; }

    public required StreamTip Tip { get; set; }

    /// <summary>What the accepted batches of the drain add, ascending.</summary>
    public IReadOnlyList<WrittenEvent> Written => _written;

    /// <summary>Has no event, neither before nor in this drain.</summary>
    public bool IsMissing => IsNew && _written.Count == 0;

    public void KnowKey(StreamEvent committed) => _byKey[committed.IdempotencyKey!] = committed;

    /// <summary>Takes a batch or throws its refusal and stays as it was.</summary>
    public AppendOutcome Apply(PendingAppend pending, DateTimeOffset now)
    {
        var creates = IsMissing;
        if (creates && pending.Mode == AppendMode.MustExist)
        {
            throw ApiException.NotFound();
        }

        IReadOnlyList<AdmittedEvent> batch = pending.Mode == AppendMode.OnlyIfMissing && !creates ? [] : pending.Events;
        if (creates)
        {
            var created = EventAdmission.Admit([CoreEvents.CreatedEvent(pending.ProjectId, pending.Path)], EventOrigin.Platform);
            batch = [.. created, .. batch];
        }

        var decision = AppendRules.Decide(Tip, batch, now, key => _byKey.GetValueOrDefault(key));
        Tip = decision.Tip;
        _written.AddRange(decision.Written);
        foreach (var (written, _) in decision.Written)
        {
            if (written.IdempotencyKey is not null)
            {
                KnowKey(written);
            }
        }

        return new()
        {
            StreamId = StreamId,
            Events = creates ? [.. decision.Events.Skip(1)] : decision.Events,
            HeadOffset = Tip.HeadOffset,
            CommittedCount = decision.Written.Count - (creates ? 1 : 0),
            Created = creates,
        };
    }
}
