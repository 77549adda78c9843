using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>A stream as a drain holds it, under its row lock.</summary>
internal sealed class DrainStream
{
    private readonly Dictionary<string, StreamEvent> _byKey = new(StringComparer.Ordinal);
    private readonly List<WrittenEvent> _written = [];
    private bool _stateChanged;

    public required long Id { get; init; }

    public required string StreamId { get; init; }

    public required StreamAddress Address { get; init; }

    /// <summary>This drain inserted the row; the stream exists only if a batch of the drain is accepted.</summary>
    public required bool IsNew { get; init; }

    /// <summary>A stream at this path was deleted before.</summary>
    public required bool WasDeleted { get; init; }

    /// <summary>The import that has the stream to itself; null for none.</summary>
    public string? ImportId { get; init; }

    /// <summary>Version of the reducer that made the state; one above ours is never lowered (requirement S-111).</summary>
    public required short Version { get; set; }

    /// <summary>The transaction that wrote the row, for a stream that is remembered and not locked; null for a locked one.</summary>
    public uint? RowVersion { get; init; }

    public required StreamTip Tip { get; set; }

    /// <summary>Loaded only when a batch may change them.</summary>
    public required StreamDetails? Details { get; set; }

    /// <summary>The details are not those of the row any more.</summary>
    public bool DetailsChanged { get; private set; }

    /// <summary>More of the state is not that of the row any more than what every event moves.</summary>
    public bool IsChanged => DetailsChanged || _stateChanged;

    /// <summary>What the accepted batches of the drain add, ascending.</summary>
    public IReadOnlyList<WrittenEvent> Written => _written;

    /// <summary>Has no event, neither before nor in this drain.</summary>
    public bool IsMissing => IsNew && _written.Count == 0;

    public void KnowKey(StreamEvent committed) => _byKey[committed.IdempotencyKey!] = committed;

    /// <summary>Takes a state that was rebuilt by this version.</summary>
    public void Replace(StreamTip tip, StreamDetails details)
    {
        Tip = tip;
        Details = details;
        DetailsChanged = true;
        Version = StreamDetails.CurrentVersion;
    }

    /// <summary>Takes a batch or throws its refusal and stays as it was.</summary>
    public AppendOutcome Apply(PendingAppend pending, DateTimeOffset now)
    {
        var creates = IsMissing;
        if (creates)
        {
            RefuseToCreate(pending.Mode);
        }

        IReadOnlyList<AdmittedEvent> batch = (pending.CreatesOnly && !creates) || pending.When?.Invoke(Tip) is false ? [] : pending.Events;
        if (batch.Count > 0 && ImportId is { } import && import != pending.ImportId)
        {
            throw Refusals.StreamImporting(import);
        }

        if (creates)
        {
            var created = EventAdmission.Admit([CoreEvents.CreatedEvent(pending.ProjectId, pending.Path)], EventOrigin.Platform);
            batch = [.. created, .. batch];
        }

        var decision = AppendRules.Decide(Address.Path, Tip, Details, batch, now, key => _byKey.GetValueOrDefault(key));
        _stateChanged |= !decision.Tip.IsStateOf(Tip);
        Tip = decision.Tip;
        DetailsChanged |= !ReferenceEquals(Details, decision.Details);
        Details = decision.Details;
        _written.AddRange(decision.Written);
        foreach (var (written, _) in decision.Written)
        {
            if (written.IdempotencyKey is not null)
            {
                KnowKey(written);
            }
        }

        return Outcome(decision, creates);
    }

    private void RefuseToCreate(AppendMode mode)
    {
        if (WasDeleted && mode != AppendMode.Recreate)
        {
            throw Refusals.StreamDeleted();
        }

        if (mode == AppendMode.MustExist)
        {
            throw ApiException.NotFound();
        }
    }

    private AppendOutcome Outcome(AppendDecision decision, bool created) => new()
    {
        StreamId = StreamId,
        Events = created ? [.. decision.Events.Skip(1)] : decision.Events,
        HeadOffset = decision.Tip.HeadOffset,
        CommittedCount = decision.CommittedCount - (created ? 1 : 0),
        Created = created,
    };
}
