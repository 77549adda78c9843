using System.Collections.Concurrent;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Counts what this node claims from a moment on, and how that ends (requirement O-36).</summary>
internal sealed class QueuePass(Action<QueuePass> close) : IDisposable
{
    private readonly ConcurrentDictionary<(string JobId, int Epoch), bool> _open = [];
    private int _claimed;
    private int _succeeded;
    private int _failed;
    private int _retrying;

    public int Claimed => _claimed;

    public int Succeeded => _succeeded;

    public int Failed => _failed;

    public int Retrying => _retrying;

    /// <summary>Everything that it claimed has ended.</summary>
    public bool IsOver => _open.IsEmpty;

    public void Dispose() => close(this);

    public void Began(ClaimedJob job)
    {
        _open[(job.JobId, job.Epoch)] = true;
        Interlocked.Increment(ref _claimed);
    }

    public void Ended(ClaimedJob job, JobEnd? end)
    {
        if (!_open.TryRemove((job.JobId, job.Epoch), out _))
        {
            return;
        }

        switch (end?.Status)
        {
            case "success":
                Interlocked.Increment(ref _succeeded);
                break;
            case "failed":
                Interlocked.Increment(ref _failed);
                break;
            case "retrying":
                Interlocked.Increment(ref _retrying);
                break;
            default:
                break; // Given back, postponed or lost.
        }
    }
}

/// <summary>The passes that count at the moment.</summary>
internal sealed class QueuePasses
{
    private readonly ConcurrentDictionary<QueuePass, bool> _passes = [];

    public QueuePass Open()
    {
        var pass = new QueuePass(closed => _passes.TryRemove(closed, out _));
        _passes[pass] = true;
        return pass;
    }

    public void Began(ClaimedJob job)
    {
        foreach (var (pass, _) in _passes)
        {
            pass.Began(job);
        }
    }

    public void Ended(ClaimedJob job, JobEnd? end)
    {
        foreach (var (pass, _) in _passes)
        {
            pass.Ended(job, end);
        }
    }
}
