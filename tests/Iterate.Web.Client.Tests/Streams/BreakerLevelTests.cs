using Iterate.Domain.Api;
using Iterate.Web.Client.Streams;

namespace Iterate.Web.Client.Tests.Streams;

public sealed class BreakerLevelTests
{
    private static readonly DateTimeOffset Since = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 40)]
    [InlineData(9, 40)]
    [InlineData(10, 41)]
    [InlineData(60, 46)]
    [InlineData(3_600, 100)]
    [InlineData(-30, 40)]
    public void Tokens_flow_back_up_to_the_burst(int seconds, long tokens) =>
        BreakerLevel.At(new(100, 6, 40, Since), Since.AddSeconds(seconds)).ShouldBe(tokens);

    [Fact]
    public void A_breaker_nobody_has_drawn_from_is_full() =>
        BreakerLevel.At(new(100, 6), Since).ShouldBe(100);
}
