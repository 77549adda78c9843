using Iterate.Domain.Api;

namespace Iterate.Web.Client.Streams;

/// <summary>How full a circuit breaker is between two events.</summary>
internal static class BreakerLevel
{
    /// <summary>Whole tokens at <paramref name="now"/>: what was left, and what has flowed back since.</summary>
    public static long At(BreakerState breaker, DateTimeOffset now)
    {
        if (breaker.AvailableTokens is not { } left || breaker.LastRefillAt is not { } since)
        {
            return breaker.BurstCapacity;
        }

        var refilled = Math.Max(0, (now - since).TotalMinutes) * breaker.RefillPerMinute;
        return (long)Math.Min(breaker.BurstCapacity, left + Math.Floor(refilled));
    }
}
