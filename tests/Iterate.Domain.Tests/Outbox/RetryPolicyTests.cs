using Iterate.Domain.Outbox;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Outbox;

public sealed class RetryPolicyTests
{
    private readonly Random _random = new(1);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(5, 16)]
    public void Default_gaps_double_and_are_spread_by_a_tenth(int attempt, int seconds)
    {
        var gaps = Enumerable.Range(0, 1_000).Select(_ => RetryPolicy.Default.GapAfter(attempt, null, _random).TotalSeconds).ToArray();

        gaps.ShouldAllBe(gap => gap >= seconds * 0.9 && gap <= seconds * 1.1 + 0.001);
        (gaps.Max() - gaps.Min()).ShouldBeGreaterThan(seconds * 0.15);
        gaps.ShouldAllBe(gap => (gap * 1_000) % 1 < 1e-6 || (gap * 1_000) % 1 > 1 - 1e-6);
        RetryPolicy.Default.Attempts.ShouldBe(6);
    }

    [Fact]
    public void An_exponential_gap_stops_at_its_cap()
    {
        var policy = RetryPolicy.Exponential(50, TimeSpan.FromSeconds(1), cap: TimeSpan.FromMinutes(1));
        policy.GapAfter(49, null, _random).ShouldBeInRange(TimeSpan.FromSeconds(54), TimeSpan.FromSeconds(66.001));
    }

    [Fact]
    public void A_fixed_gap_and_a_function_replace_the_default()
    {
        RetryPolicy.Fixed(3, TimeSpan.FromSeconds(10)).GapAfter(2, null, _random).ShouldBeInRange(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(11.001));
        var custom = RetryPolicy.Custom(2, (attempt, error) => TimeSpan.FromSeconds(error is TimeoutException ? 100 * attempt : 1));
        custom.GapAfter(2, new TimeoutException(), _random).ShouldBeInRange(TimeSpan.FromSeconds(180), TimeSpan.FromSeconds(220.001));
    }

    [Theory]
    [InlineData(30, 30)]
    [InlineData(7_200, 3_600)]
    public void What_an_outside_system_asks_for_is_granted_up_to_an_hour(int wanted, int granted) =>
        RetryPolicy.Default.GapAfter(1, new Throttled(TimeSpan.FromSeconds(wanted)), _random).ShouldBe(TimeSpan.FromSeconds(granted));

    [Theory]
    [InlineData(0)]
    [InlineData(51)]
    public void Attempts_outside_one_to_fifty_are_refused(int attempts) =>
        Should.Throw<ArgumentOutOfRangeException>(() => RetryPolicy.Fixed(attempts, TimeSpan.Zero));

    private sealed class Throttled(TimeSpan after) : Exception, IRetryAfter
    {
        public TimeSpan? RetryAfter => after;
    }
}
