using System.Collections.Concurrent;

namespace Iterate.Infrastructure.Outbox;

/// <summary>"There may be work", per lane of this node.</summary>
internal sealed class OutboxWakeUps
{
    private readonly ConcurrentDictionary<string, Signal> _lanes = new(StringComparer.Ordinal);

    public Signal Of(string consumer) => _lanes.GetOrAdd(consumer, _ => new());

    /// <summary>A transaction that enqueued work for <paramref name="lanes"/> has committed. Never waits.</summary>
    public void Committed(IEnumerable<string> lanes) => Raise(lanes);

    public void Raise(IEnumerable<string> lanes)
    {
        foreach (var lane in lanes)
        {
            Of(lane).Raise();
        }
    }
}
