using System.Collections.Concurrent;

namespace Iterate.Web.Tests.Cli;

/// <summary>A clock whose waits end at once when they are at most <paramref name="longest"/>, and never when longer.</summary>
internal sealed class ImpatientTime(TimeSpan longest) : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    /// <summary>What was waited for.</summary>
    public IReadOnlyCollection<TimeSpan> Waits => [.. _waits];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan || dueTime > longest)
        {
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _waits.Enqueue(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
