namespace Iterate.Domain.Outbox;

/// <summary>How often an outbox job is tried and how long it rests in between (requirement O-25).</summary>
public sealed class RetryPolicy
{
    /// <summary>The longest rest that an outside system may ask for.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private const int MostAttempts = 50;

    private readonly Func<int, Exception?, TimeSpan> _gap;

    private RetryPolicy(int attempts, Func<int, Exception?, TimeSpan> gap)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(attempts, MostAttempts);
        Attempts = attempts;
        _gap = gap;
    }

    /// <summary>Six attempts, resting 1, 2, 4, 8 and 16 seconds.</summary>
    public static RetryPolicy Default { get; } = Exponential(6, TimeSpan.FromSeconds(1));

    /// <summary>Attempts in all, 1 to 50.</summary>
    public int Attempts { get; }

    /// <summary>The same rest after each attempt.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Attempts outside 1 to 50.</exception>
    public static RetryPolicy Fixed(int attempts, TimeSpan gap) => new(attempts, (_, _) => gap);

    /// <summary>Each rest twice as long as the one before it, up to <paramref name="cap"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Attempts outside 1 to 50.</exception>
    public static RetryPolicy Exponential(int attempts, TimeSpan first, TimeSpan? cap = null) =>
        new(attempts, (attempt, _) => TimeSpan.FromTicks(
            (long)Math.Min(first.Ticks * Math.Pow(2, attempt - 1), (cap ?? TimeSpan.FromDays(1)).Ticks)));

    /// <summary>A rest that depends on the attempt, counted from 1, and on what went wrong.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Attempts outside 1 to 50.</exception>
    public static RetryPolicy Custom(int attempts, Func<int, Exception?, TimeSpan> gap) => new(attempts, gap);

    /// <summary>
    /// How long to rest after an attempt that failed: the policy's gap, spread by ±10 % and rounded up to milliseconds;
    /// or what the error asked for, up to an hour.
    /// </summary>
    /// <param name="attempt">The attempt that failed, counted from 1.</param>
    /// <param name="error">What it failed with; null when it did not come to an end.</param>
    /// <param name="random">Spreads the rest.</param>
    public TimeSpan GapAfter(int attempt, Exception? error, Random random)
    {
        if (error is IRetryAfter { RetryAfter: { } wanted })
        {
            return wanted < LongestRetryAfter ? wanted : LongestRetryAfter;
        }

        var spread = 0.9 + (random.NextDouble() * 0.2);
        return TimeSpan.FromMilliseconds(Math.Ceiling(_gap(attempt, error).TotalMilliseconds * spread));
    }
}
