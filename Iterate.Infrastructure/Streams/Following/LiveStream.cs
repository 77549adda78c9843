using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>What was examined from a cursor on: the events that match, and how far one got.</summary>
internal sealed record ScannedEvents(IReadOnlyList<WrittenEvent> Events, long ScannedThroughOffset);

/// <summary>
/// The newest events of one followed stream (requirement S-94). All followers read the same ring by their own cursors;
/// nothing is queued for any of them, so a slow one costs nothing but its next read of the log.
/// </summary>
/// <remarks>
/// The ring holds offsets without a hole. Commits of this node come in by <see cref="Append"/>; when a hint or the gap
/// before such a commit shows that another node wrote, one read of the log fills the ring for everybody.
/// </remarks>
internal sealed class LiveStream(long id, Func<LiveStream, long, long, Task<IReadOnlyList<WrittenEvent>>> readLog)
{
    /// <summary>Most events of a ring.</summary>
    public const int MaxEvents = 1_024;

    /// <summary>Most bytes of a ring.</summary>
    public const long MaxBytes = 4 * 1024 * 1024;

    private const long Unset = -1;

    private readonly Lock _lock = new();
    private readonly Queue<WrittenEvent> _events = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;
    private long _head = Unset;
    private long _knownHead = Unset;
    private bool _filling;

    /// <summary>Internal id of the stream.</summary>
    public long Id { get; } = id;

    /// <summary>Followers that hold it; changed under the lock of <see cref="LiveStreams"/>.</summary>
    public int Followers { get; set; }

    /// <summary>Since when nobody follows, by the clock of <see cref="LiveStreams"/>.</summary>
    public long IdleSince { get; set; }

    /// <summary>Newest offset that can be read here or in the log.</summary>
    public long Head
    {
        get
        {
            lock (_lock)
            {
                return _head;
            }
        }
    }

    /// <summary>Completes when the head moves. Take it before reading, or a change in between is missed.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>Takes what this node committed.</summary>
    public void Append(IReadOnlyList<WrittenEvent> committed)
    {
        lock (_lock)
        {
            var first = committed[0].Event.Offset;
            if (_head == Unset)
            {
                _head = first - 1;
            }

            if (first > _head + 1)
            {
                LearnHead(committed[^1].Event.Offset);
                return;
            }

            Take(committed);
        }
    }

    /// <summary>Learns that the stream reaches <paramref name="head"/>, wherever that was written.</summary>
    public void Hint(long head)
    {
        lock (_lock)
        {
            if (_head == Unset)
            {
                _head = head;
                Wake();
            }
            else
            {
                LearnHead(head);
            }
        }
    }

    /// <summary>Events after a cursor from the ring; null when the ring begins later, so that the log must be read.</summary>
    public ScannedEvents? TryRead(long after, EventMatcher? filter, int maxEvents, long maxBytes)
    {
        lock (_lock)
        {
            if (after >= _head)
            {
                return new([], after);
            }

            if (after < _head - _events.Count)
            {
                return null;
            }

            var matching = new List<WrittenEvent>();
            var bytes = 0L;
            foreach (var written in _events.Skip((int)(after - (_head - _events.Count))))
            {
                if (filter is null || filter.Matches(written.Event))
                {
                    bytes += written.Bytes;
                    if (matching.Count == maxEvents || (matching.Count > 0 && bytes > maxBytes))
                    {
                        break;
                    }

                    matching.Add(written);
                }

                after = written.Event.Offset;
            }

            return new(matching, after);
        }
    }

    private void Take(IReadOnlyList<WrittenEvent> events)
    {
        var before = _head;
        foreach (var written in events)
        {
            if (written.Event.Offset == _head + 1)
            {
                _head++;
                _events.Enqueue(written);
                _bytes += written.Bytes;
            }
        }

        while (_events.Count > MaxEvents || _bytes > MaxBytes)
        {
            _bytes -= _events.Dequeue().Bytes;
        }

        if (_head > before)
        {
            Wake();
        }
    }

    private void LearnHead(long head)
    {
        _knownHead = Math.Max(_knownHead, head);
        if (_knownHead > _head && !_filling)
        {
            _filling = true;
            _ = Task.Run(FillAsync);
        }
    }

    private async Task FillAsync()
    {
        while (true)
        {
            long after;
            long through;
            lock (_lock)
            {
                if (_knownHead <= _head)
                {
                    _filling = false;
                    return;
                }

                through = _knownHead;
                after = Math.Max(_head, through - MaxEvents);
            }

            var read = await readLog(this, after, through);
            lock (_lock)
            {
                if (read.Count == 0)
                {
                    // The log could not be read; the next hint or poll tries again.
                    _knownHead = _head;
                }
                else
                {
                    if (read[0].Event.Offset > _head + 1)
                    {
                        _events.Clear();
                        _bytes = 0;
                        _head = read[0].Event.Offset - 1;
                    }

                    Take(read);
                }
            }
        }
    }

    private void Wake()
    {
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
