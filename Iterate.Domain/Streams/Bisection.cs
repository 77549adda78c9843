namespace Iterate.Domain.Streams;

/// <summary>Finds a place in an ordered log with few looks at it (requirement S-85).</summary>
public static class Bisection
{
    /// <summary>
    /// The first of the offsets 1 to <paramref name="head"/> for which <paramref name="isReached"/> holds, or the one
    /// after the head. Once it holds it must hold for every later offset. Looks at most 40 times at 10^12 events.
    /// </summary>
    public static async Task<long> FirstAsync(long head, Func<long, Task<bool>> isReached)
    {
        var before = 0L;
        var reached = head + 1;
        while (reached - before > 1)
        {
            var middle = before + ((reached - before) / 2);
            if (await isReached(middle))
            {
                reached = middle;
            }
            else
            {
                before = middle;
            }
        }

        return reached;
    }

    /// <summary>Offsets spread evenly over 1 to <paramref name="head"/>, both ends among them, at most <paramref name="count"/>.</summary>
    public static IReadOnlyList<long> Spread(long head, int count) => head == 0 ? []
        : count == 1 || head == 1 ? [1]
        : [.. Enumerable.Range(0, count).Select(index => 1 + (long)((Int128)(head - 1) * index / (count - 1))).Distinct()];
}
