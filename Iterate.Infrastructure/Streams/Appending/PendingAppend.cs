using System.Diagnostics;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>What an append does about the existence of its stream.</summary>
internal enum AppendMode
{
    /// <summary>A missing stream is created with <c>stream/created</c> first (requirement S-25).</summary>
    CreateIfMissing,

    /// <summary>A missing stream refuses the batch with <c>not-found</c>.</summary>
    MustExist,

    /// <summary>The events are written only by whoever creates the stream (requirement S-114).</summary>
    OnlyIfMissing,

    /// <summary>As <see cref="OnlyIfMissing"/>, and also where a stream was deleted (requirement S-118).</summary>
    Recreate,
}

/// <summary>What a batch came to.</summary>
internal sealed record AppendOutcome
{
    public required string StreamId { get; init; }

    public required IReadOnlyList<StreamEvent> Events { get; init; }

    public required long HeadOffset { get; init; }

    public required int CommittedCount { get; init; }

    public required bool Created { get; init; }
}

/// <summary>A batch on its way through a writer loop.</summary>
internal sealed class PendingAppend
{
    private const int Queued = 0;
    private const int Started = 1;
    private const int Abandoned = 2;

    // Continuations must not run on the writer loop, or one slow caller would hold up every other.
    private readonly TaskCompletionSource<AppendOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    public required string ProjectId { get; init; }

    public required StreamPath Path { get; init; }

    public required IReadOnlyList<AdmittedEvent> Events { get; init; }

    public required AppendMode Mode { get; init; }

    /// <summary>The events are written only if this holds of the locked stream; null: in any case.</summary>
    public Predicate<StreamTip>? When { get; init; }

    /// <summary>The import the events are part of; while one goes on, a stream takes nothing else (requirement S-127).</summary>
    public string? ImportId { get; init; }

    /// <summary>The span of the append, for the drain to link; null when nobody collects spans.</summary>
    public Activity? Span { get; init; }

    /// <summary>The events are for a new stream alone.</summary>
    public bool CreatesOnly => Mode is AppendMode.OnlyIfMissing or AppendMode.Recreate;

    /// <summary>An event may change more of the state than its columns.</summary>
    public bool ChangesDetails => Events.Any(admitted => CoreEvents.IsCore(admitted.Type) && StreamDetails.IsChangedBy(admitted.Type));

    public long Bytes => Events.Sum(admitted => (long)admitted.Bytes);

    public Task<AppendOutcome> Outcome => _outcome.Task;

    /// <summary>The caller knows what became of it, or that nobody knows: it must not be tried again.</summary>
    public bool IsAnswered => _outcome.Task.IsCompleted;

    /// <summary>The loop takes it; from here on nothing but the database decides its fate (requirement S-47).</summary>
    public bool TryStart() => Interlocked.CompareExchange(ref _state, Started, Queued) == Queued;

    /// <summary>The caller gives up; false when the batch is already in a transaction.</summary>
    public bool TryAbandon() => Interlocked.CompareExchange(ref _state, Abandoned, Queued) == Queued;

    public void Complete(AppendOutcome outcome) => _outcome.TrySetResult(outcome);

    public void Refuse(ApiException refusal) => _outcome.TrySetException(refusal);
}
