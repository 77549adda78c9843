using System.Collections.Concurrent;

namespace Iterate.Infrastructure.Outbox;

/// <summary>"There may be work", per lane of this node.</summary>
internal sealed class OutboxWakeUps(HintSender hints)
{
    private readonly ConcurrentDictionary<string, Signal> _lanes = new(StringComparer.Ordinal);

    public Signal Of(string consumer) => _lanes.GetOrAdd(consumer, _ => new());

    /// <summary>A transaction that enqueued work for <paramref name="lanes"/> has committed. Never waits.</summary>
    public void Committed(IReadOnlyCollection<string> lanes)
    {
        if (lanes.Count > 0)
        {
            Raise(lanes);
            hints.HasWork(lanes);
        }
    }

    /// <summary>Wakes lanes of this node alone.</summary>
    public void Raise(IEnumerable<string> lanes)
    {
        foreach (var lane in lanes)
        {
            Of(lane).Raise();
        }
    }

    /// <summary>Wakes every lane of this node.</summary>
    public void RaiseAll() => Raise(_lanes.Keys);
}
