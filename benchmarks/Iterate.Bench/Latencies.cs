using System.Diagnostics;

namespace Iterate.Bench;

/// <summary>Times by tenths of a millisecond, up to ten seconds; any number of them in constant memory.</summary>
internal sealed class Latencies
{
    private const int PerMs = 10;
    private const int Slots = 100_000;

    private readonly int[] _counts = new int[Slots];

    /// <summary>How many there are.</summary>
    public long Count => _counts.Sum(count => (long)count);

    /// <summary>Takes the time since <paramref name="started"/>, from any thread.</summary>
    public void Add(long started) =>
        Interlocked.Increment(ref _counts[Math.Min((int)(Stopwatch.GetElapsedTime(started).TotalMilliseconds * PerMs), Slots - 1)]);

    /// <summary>The time that <paramref name="part"/> of all do not exceed, in milliseconds.</summary>
    public double Of(double part)
    {
        var wanted = (long)Math.Ceiling(Count * part);
        var slot = 0;
        for (var seen = 0L; slot < Slots && (seen += _counts[slot]) < wanted; slot++)
        {
            // On to the next tenth.
        }

        return (double)(slot + 1) / PerMs;
    }
}
