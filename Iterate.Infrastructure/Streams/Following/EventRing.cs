using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>The newest events of a stream by offset, without a hole: at most so many and so many bytes. Not thread-safe.</summary>
internal sealed class EventRing(int maxEvents, long maxBytes)
{
    private const int FirstSlots = 16;

    private WrittenEvent[] _slots = new WrittenEvent[Math.Min(FirstSlots, maxEvents)];
    private int _start;
    private int _count;
    private long _bytes;

    /// <summary>How many there are.</summary>
    public int Count => _count;

    /// <summary>The event at a position, counted from the oldest.</summary>
    public WrittenEvent this[int index] => _slots[(_start + index) % _slots.Length];

    /// <summary>Takes the next event and forgets the oldest as needed. An event larger than the ring leaves it empty.</summary>
    public void Add(WrittenEvent written)
    {
        if (_count == _slots.Length)
        {
            Grow();
        }

        _slots[(_start + _count) % _slots.Length] = written;
        _count++;
        _bytes += written.Bytes;
        while (_count > maxEvents || _bytes > maxBytes)
        {
            Forget();
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        while (_count > 0)
        {
            Forget();
        }
    }

    private void Forget()
    {
        _bytes -= _slots[_start].Bytes;
        _slots[_start] = null!;
        _start = (_start + 1) % _slots.Length;
        _count--;
    }

    // One more than it may hold, because the newest comes in before the oldest goes.
    private void Grow()
    {
        var slots = new WrittenEvent[Math.Min(_slots.Length * 2, maxEvents + 1)];
        for (var index = 0; index < _count; index++)
        {
            slots[index] = this[index];
        }

        _slots = slots;
        _start = 0;
    }
}
