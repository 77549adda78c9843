using Iterate.Domain.Api;
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
    private readonly EventRing _events = new(MaxEvents, MaxBytes);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _head = Unset;
    private long _knownHead = Unset;
    private bool _filling;
    private string? _endCode;

    /// <summary>Internal id of the stream.</summary>
    public long Id { get; } = id;

    /// <summary>Followers that hold it; changed under the lock of <see cref="LiveStreams"/>.</summary>
    public int Followers { get; set; }

    /// <summary>Those of them that want ephemeral frames; changed under the same lock.</summary>
    public int FrameFollowers { get; set; }

    /// <summary>Since when nobody follows, by the clock of <see cref="LiveStreams"/>.</summary>
    public long IdleSince { get; set; }

    /// <summary>Ephemeral frames that are on the way to followers.</summary>
    public FrameRing Frames { get; } = new();

    /// <summary>Why nobody can follow any longer, an error code; null as long as one can.</summary>
    public string? EndCode
    {
        get
        {
            lock (_lock)
            {
                return _endCode;
            }
        }
    }

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

    /// <summary>Completes when the head moves or the stream ends. Take it before reading, or a change in between is missed.</summary>
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

    /// <summary>Learns that the stream reaches <paramref name="head"/>, wherever that was written; true if that is further than was known.</summary>
    public bool Hint(long head)
    {
        lock (_lock)
        {
            if (_head == Unset)
            {
                _head = head;
                Wake();
                return false;
            }

            var further = head > Math.Max(_head, _knownHead);
            LearnHead(head);
            return further;
        }
    }

    /// <summary>Ends every follow with an error code, such as <c>stream-deleted</c>.</summary>
    public void End(string code)
    {
        lock (_lock)
        {
            _endCode = code;
            Wake();
        }
    }

    /// <summary>Events after a cursor from the ring; null when the ring begins later, so that the log must be read.</summary>
    public ScannedEvents? TryRead(long after, Predicate<StreamEvent>? wanted, int maxEvents, long maxBytes)
    {
        if (Newest(after, wanted is null ? maxEvents : MaxEvents) is not { } newest)
        {
            return null;
        }

        // Outside the lock: a filter may look into every payload.
        var matching = new List<WrittenEvent>();
        var bytes = 0L;
        foreach (var written in newest)
        {
            if (wanted is null || wanted(written.Event))
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

    private WrittenEvent[]? Newest(long after, int limit)
    {
        lock (_lock)
        {
            var beforeRing = _head - _events.Count;
            if (after >= _head)
            {
                return [];
            }

            if (after < beforeRing)
            {
                return null;
            }

            var first = (int)(after - beforeRing);
            var newest = new WrittenEvent[Math.Min(limit, _events.Count - first)];
            for (var index = 0; index < newest.Length; index++)
            {
                newest[index] = _events[first + index];
            }

            return newest;
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
                _events.Add(written);
            }
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
