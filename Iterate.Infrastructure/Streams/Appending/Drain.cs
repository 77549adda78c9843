using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>Batches that share one transaction.</summary>
internal sealed class Drain
{
    private readonly List<DrainTarget> _targets = [];
    private readonly int[] _targetOf;
    private readonly AppendOutcome?[] _outcomes;
    private readonly ApiException?[] _refusals;

    public Drain(IReadOnlyList<PendingAppend> batches)
    {
        Batches = batches;
        _targetOf = new int[batches.Count];
        _outcomes = new AppendOutcome?[batches.Count];
        _refusals = new ApiException?[batches.Count];
        var indexes = new Dictionary<StreamAddress, int>();
        var keys = new HashSet<(int, string)>();
        for (var index = 0; index < batches.Count; index++)
        {
            var address = new StreamAddress(batches[index].ProjectId, batches[index].Path);
            if (!indexes.TryGetValue(address, out var at))
            {
                indexes.Add(address, at = _targets.Count);
                _targets.Add(new(address));
            }

            _targetOf[index] = at;
            _targets[at].Add(batches[index]);
            foreach (var admitted in batches[index].Events)
            {
                if (admitted.IdempotencyKey is { } key)
                {
                    keys.Add((at, key));
                }
            }
        }

        Keys = [.. keys];
    }

    public IReadOnlyList<PendingAppend> Batches { get; }

    /// <summary>Events of all batches.</summary>
    public int EventCount => Batches.Sum(batch => batch.Events.Count);

    /// <summary>Events that were decided to be there already under their key.</summary>
    public int DedupeHits => _outcomes.Where((_, index) => _refusals[index] is null).Sum(outcome => outcome!.Events.Count - outcome.CommittedCount);

    /// <summary>The streams touched, each once.</summary>
    public IReadOnlyList<DrainTarget> Targets => _targets;

    /// <summary>Idempotency keys to look up, by the place of their stream.</summary>
    public IReadOnlyList<(int At, string Key)> Keys { get; }

    /// <summary>Decides every batch in the order of the queue; a refused one leaves no trace (requirement S-38).</summary>
    public void Decide(DrainStreams streams, DateTimeOffset now)
    {
        for (var index = 0; index < Batches.Count; index++)
        {
            try
            {
                var at = _targetOf[index];
                var stream = streams.Found[at] ?? throw (streams.Deleted.Contains(at) ? Refusals.StreamDeleted() : ApiException.NotFound());
                _outcomes[index] = stream.Apply(Batches[index], now);
                _refusals[index] = null;
            }
            catch (ApiException refusal)
            {
                _refusals[index] = refusal;
            }
        }
    }

    /// <summary>No batch was refused.</summary>
    public bool IsAccepted => Array.TrueForAll(_refusals, refusal => refusal is null);

    /// <summary>Answers every caller with what was decided.</summary>
    public void Complete()
    {
        for (var index = 0; index < Batches.Count; index++)
        {
            if (_refusals[index] is { } refusal)
            {
                Batches[index].Refuse(refusal);
            }
            else
            {
                Batches[index].Complete(_outcomes[index]!);
            }
        }
    }

    /// <summary>Refuses every caller, each with an exception of its own.</summary>
    public void Refuse(Func<ApiException> refusal)
    {
        foreach (var batch in Batches)
        {
            batch.Refuse(refusal());
        }
    }
}
