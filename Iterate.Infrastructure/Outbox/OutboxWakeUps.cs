using System.Collections.Concurrent;

namespace Iterate.Infrastructure.Outbox;

/// <summary>"There may be work", per lane of this node.</summary>
internal sealed class OutboxWakeUps
{
    private readonly ConcurrentDictionary<string, Signal> _lanes = new(StringComparer.Ordinal);

    public Signal Of(string consumer) => _lanes.GetOrAdd(consumer, _ => new());

    public void Raise(IEnumerable<string> lanes)
    {
        foreach (var lane in lanes)
        {
            Of(lane).Raise();
        }
    }
}
