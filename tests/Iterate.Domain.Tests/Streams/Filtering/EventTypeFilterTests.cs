using FsCheck;
using FsCheck.Fluent;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Streams;

public sealed class EventTypeFilterTests
{
    private static readonly Gen<string> Types = Gen.Elements('a', 'b', '/').NonEmptyListOf().Select(characters => string.Concat(characters));

    [Fact]
    public void A_type_matches_itself_or_a_glob_of_its_beginning() =>
        Prop.ForAll(Types.ToArbitrary(), Types.ToArbitrary(), (entry, type) =>
            EventTypeFilter.Create(new() { Types = [entry] })!.Matches(type) == string.Equals(entry, type, StringComparison.Ordinal)
            && EventTypeFilter.Create(new() { Types = [entry + "*"] })!.Matches(type) == type.StartsWith(entry, StringComparison.Ordinal))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void No_filter_lets_everything_through()
    {
        EventTypeFilter.Create(null).ShouldBeNull();
        EventTypeFilter.Create(new()).ShouldBeNull();
        EventTypeFilter.Create(new() { Types = [] }).ShouldBeNull();
        EventTypeFilter.Create(new() { Types = ["*"] })!.Matches("anything").ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("*/created")]
    [InlineData("a*b")]
    [InlineData("a**")]
    public void A_star_stands_at_the_end_only(string entry) =>
        Should.Throw<ApiException>(() => EventTypeFilter.Create(new() { Types = [entry] })).Code.ShouldBe(ErrorCodes.InvalidInput);

    [Fact]
    public void A_filter_has_at_most_50_types()
    {
        EventTypeFilter.Create(new() { Types = [.. Enumerable.Repeat("t", 50)] }).ShouldNotBeNull();
        Should.Throw<ApiException>(() => EventTypeFilter.Create(new() { Types = [.. Enumerable.Repeat("t", 51)] }));
    }
}
