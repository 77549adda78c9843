using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Iterate.Infrastructure.Outbox;

/// <summary>What this node runs at the moment, so that it can be taken away, and what is heard of any running job.</summary>
internal sealed class RunningJobs
{
    private const int Unread = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, CancellationTokenSource> _claims = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Channel<JobProgress>, bool> _listeners = [];

    /// <summary>Remembers a claim for as long as the answer is not disposed.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="lost">Cancelled when the job is taken away.</param>
    public IDisposable Add(string jobId, CancellationTokenSource lost)
    {
        lock (_lock)
        {
            _claims[jobId] = lost;
        }

        return new DisposableAction(() => Remove(jobId, lost));
    }

    /// <summary>Cancels the handler of a job that is not ours any more; nothing when it does not run here.</summary>
    public void Revoke(string jobId)
    {
        lock (_lock)
        {
            // Under the lock it cannot be disposed, and what it calls runs elsewhere.
            _ = _claims.GetValueOrDefault(jobId)?.CancelAsync();
        }
    }

    /// <summary>Passes on how a job gets on, also one of another node.</summary>
    public void Tell(JobProgress progress)
    {
        foreach (var (listener, _) in _listeners)
        {
            listener.Writer.TryWrite(progress);
        }
    }

    /// <summary>What is told from now on; a slow reader misses the oldest.</summary>
    public IDisposable Listen(out ChannelReader<JobProgress> told)
    {
        var channel = Channel.CreateBounded<JobProgress>(new BoundedChannelOptions(Unread) { FullMode = BoundedChannelFullMode.DropOldest });
        told = channel.Reader;
        _listeners[channel] = true;
        return new DisposableAction(() => _listeners.TryRemove(channel, out _));
    }

    private void Remove(string jobId, CancellationTokenSource lost)
    {
        lock (_lock)
        {
            if (_claims.GetValueOrDefault(jobId) == lost)
            {
                _claims.Remove(jobId);
            }
        }
    }
}
