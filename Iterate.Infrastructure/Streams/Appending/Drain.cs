using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>Batches that share one transaction.</summary>
internal sealed class Drain
{
    private readonly List<StreamAddress> _addresses = [];
    private readonly int[] _streamOf;
    private readonly AppendOutcome?[] _outcomes;
    private readonly ApiException?[] _refusals;

    public Drain(IReadOnlyList<PendingAppend> batches)
    {
        Batches = batches;
        _streamOf = new int[batches.Count];
        _outcomes = new AppendOutcome?[batches.Count];
        _refusals = new ApiException?[batches.Count];
        var indexes = new Dictionary<StreamAddress, int>();
        var keys = new HashSet<(int, string)>();
        var created = new HashSet<int>();
        for (var index = 0; index < batches.Count; index++)
        {
            var address = new StreamAddress(batches[index].ProjectId, batches[index].Path);
            if (!indexes.TryGetValue(address, out var at))
            {
                indexes.Add(address, at = _addresses.Count);
                _addresses.Add(address);
            }

            _streamOf[index] = at;
            if (batches[index].Mode != AppendMode.MustExist)
            {
                created.Add(at);
            }

            foreach (var admitted in batches[index].Events)
            {
                if (admitted.IdempotencyKey is { } key)
                {
                    keys.Add((at, key));
                }
            }
        }

        Keys = [.. keys];
        Creatable = created;
    }

    public IReadOnlyList<PendingAppend> Batches { get; }

    /// <summary>The streams touched, each once.</summary>
    public IReadOnlyList<StreamAddress> Addresses => _addresses;

    /// <summary>Idempotency keys to look up, by index of their stream.</summary>
    public IReadOnlyList<(int At, string Key)> Keys { get; }

    /// <summary>Indexes of streams that a batch would create.</summary>
    public IReadOnlySet<int> Creatable { get; }

    /// <summary>Decides every batch in the order of the queue; a refused one leaves no trace (requirement S-38).</summary>
    public void Decide(DrainStream?[] streams, DateTimeOffset now)
    {
        for (var index = 0; index < Batches.Count; index++)
        {
            try
            {
                var stream = streams[_streamOf[index]] ?? throw ApiException.NotFound();
                _outcomes[index] = stream.Apply(Batches[index], now);
                _refusals[index] = null;
            }
            catch (ApiException refusal)
            {
                _refusals[index] = refusal;
            }
        }
    }

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
