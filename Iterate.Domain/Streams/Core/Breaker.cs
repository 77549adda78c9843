using System.Runtime.InteropServices;

namespace Iterate.Domain.Streams;

/// <summary>
/// The circuit breaker of a stream: a token bucket over the times of committed events (requirements S-69 to S-73).
/// Every event costs one token, those of the core cost none.
/// </summary>
/// <param name="BurstCapacity">Tokens when full, 1 to 1,000,000,000.</param>
/// <param name="RefillPerMinute">Tokens that flow back in a minute, 1 to 1,000,000,000.</param>
/// <param name="Level">
/// Tokens in sixty-thousandths, so that a millisecond of refill is a whole number and nothing is ever rounded away.
/// </param>
/// <param name="LastRefillAt">Up to when the refill is counted in; null before the first cost.</param>
/// <param name="TrippedAtOffset">Offset of the newest trip.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Breaker(int BurstCapacity, int RefillPerMinute, long Level, DateTimeOffset? LastRefillAt, long? TrippedAtOffset)
{
    /// <summary>Largest setting of either kind.</summary>
    public const int MaxSetting = 1_000_000_000;

    private const long Token = 60_000;

    /// <summary>The breaker of a new stream, full (requirement S-70).</summary>
    public static Breaker Default { get; } = new Breaker(100_000, 6_000_000, 0, null, null).Filled();

    /// <summary>Whole tokens left; negative after an overdraft.</summary>
    public long AvailableTokens => (Level - (((Level % Token) + Token) % Token)) / Token;

    /// <summary>More was taken than there was.</summary>
    public bool IsOverdrawn => Level < 0;

    /// <summary>Tokens taken beyond what there was, rounded up.</summary>
    public long Overdraft => IsOverdrawn ? -AvailableTokens : 0;

    /// <summary>Whether both are set alike and tripped last at the same event.</summary>
    public bool HasSettingOf(Breaker other) =>
        BurstCapacity == other.BurstCapacity && RefillPerMinute == other.RefillPerMinute && TrippedAtOffset == other.TrippedAtOffset;

    /// <summary>Full again, as after a resume (requirement S-73).</summary>
    public Breaker Filled() => this with { Level = BurstCapacity * Token, LastRefillAt = null };

    /// <summary>Another setting, full.</summary>
    public Breaker Configured(int burstCapacity, int refillPerMinute) =>
        (this with { BurstCapacity = burstCapacity, RefillPerMinute = refillPerMinute }).Filled();

    /// <summary>Refilled up to <paramref name="at"/>; time that went back adds nothing.</summary>
    public Breaker RefilledAt(DateTimeOffset at)
    {
        if (LastRefillAt is not { } last || at <= last)
        {
            return this;
        }

        var missing = (BurstCapacity * Token) - Level;
        var elapsed = (at.UtcTicks - last.UtcTicks) / TimeSpan.TicksPerMillisecond;

        // Compared before multiplied: the product of a long rest and a fast refill has no room in 64 bits.
        return elapsed > missing / RefillPerMinute
            ? this with { Level = BurstCapacity * Token, LastRefillAt = at }
            : this with { Level = Level + (elapsed * RefillPerMinute), LastRefillAt = at };
    }

    /// <summary>Takes the token of one event committed at <paramref name="at"/>.</summary>
    public Breaker Spent(DateTimeOffset at)
    {
        var refilled = RefilledAt(at);
        return refilled with { Level = refilled.Level - Token, LastRefillAt = LastRefillAt > at ? LastRefillAt : at };
    }
}
