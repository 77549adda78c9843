using FsCheck;
using FsCheck.Fluent;
using Iterate.Domain.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Streams;

public sealed class BisectionTests
{
    [Fact]
    public void It_finds_the_first_offset_whatever_it_is() =>
        Prop.ForAll(Gen.Choose(0, 2_000).Two().ToArbitrary(), pair =>
        {
            var (head, first) = pair;
            return Bisection.FirstAsync(head, offset => Task.FromResult(offset >= first)).Result == Math.Clamp(first, 1, head + 1);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(123_456_789_012)]
    [InlineData(1_000_000_000_000)]
    [InlineData(1_000_000_000_001)]
    public async Task It_looks_at_most_40_times_at_a_million_millions(long first)
    {
        var looks = 0;

        var found = await Bisection.FirstAsync(1_000_000_000_000, offset =>
        {
            looks++;
            return Task.FromResult(offset >= first);
        });

        found.ShouldBe(Math.Max(first, 1));
        looks.ShouldBeLessThanOrEqualTo(40);
    }

    [Fact]
    public void A_spread_has_both_ends_and_never_more_than_there_are()
    {
        Bisection.Spread(1, 32).ShouldBe([1]);
        Bisection.Spread(3, 32).ShouldBe([1, 2, 3]);
        Bisection.Spread(1_000_000_000_000, 3).ShouldBe([1, 500_000_000_000, 1_000_000_000_000]);
        Bisection.Spread(9, 1).ShouldBe([1]);
    }
}
