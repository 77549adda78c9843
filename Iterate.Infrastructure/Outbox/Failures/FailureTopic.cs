using System.Collections.Concurrent;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// The topic <c>outbox:failed</c> on this node: "look at what was told of failures", said to everybody who follows
/// (requirement O-38).
/// </summary>
internal sealed class FailureTopic
{
    private readonly ConcurrentDictionary<Signal, bool> _followers = [];

    /// <summary>Something new was told, here or on another node. Never waits.</summary>
    public void Raise()
    {
        foreach (var (follower, _) in _followers)
        {
            follower.Raise();
        }
    }

    /// <summary>Hears of it for as long as the answer is not disposed.</summary>
    public IDisposable Follow(out Signal raised)
    {
        var signal = new Signal();
        _followers[signal] = true;
        raised = signal;
        return new DisposableAction(() => _followers.TryRemove(signal, out _));
    }
}
