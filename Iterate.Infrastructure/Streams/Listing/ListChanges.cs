namespace Iterate.Infrastructure.Streams;

/// <summary>Which streams changed since the live lists last looked. Collects only while somebody watches a list.</summary>
internal sealed class ListChanges
{
    // More than this many at once are found by comparing heads instead of by name.
    private const int MaxNamed = 1_000;

    private readonly Lock _lock = new();
    private readonly Signal _changed = new();
    private readonly HashSet<long> _touched = [];
    private bool _missed;
    private bool _collects;

    /// <summary>Somebody watches a list.</summary>
    public bool Collects
    {
        set
        {
            lock (_lock)
            {
                _collects = value;
            }
        }
    }

    /// <summary>A stream changed, here or on another node. Never waits.</summary>
    public void Touch(long streamId)
    {
        lock (_lock)
        {
            if (!_collects)
            {
                return;
            }

            if (_touched.Count < MaxNamed)
            {
                _touched.Add(streamId);
            }
            else
            {
                _missed = true;
            }
        }

        _changed.Raise();
    }

    /// <summary>Streams changed without being named.</summary>
    public void Miss()
    {
        lock (_lock)
        {
            _missed |= _collects;
        }

        _changed.Raise();
    }

    /// <summary>Waits for a change, or for <paramref name="longest"/>.</summary>
    public Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken) =>
        _changed.WaitAsync(longest, time, cancellationToken);

    /// <summary>Takes what changed: named streams, and whether some were not named.</summary>
    public (long[] Touched, bool Missed) Take()
    {
        lock (_lock)
        {
            var taken = (_touched.ToArray(), _missed);
            _touched.Clear();
            _missed = false;
            return taken;
        }
    }
}
