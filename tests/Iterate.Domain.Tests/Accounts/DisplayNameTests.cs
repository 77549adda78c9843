using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Accounts;

public sealed class DisplayNameTests
{
    [Fact]
    public void surrounding_space_is_dropped() => DisplayName.Parse("name", "  Ada Lovelace\t").ShouldBe("Ada Lovelace");

    [Fact]
    public void a_hundred_characters_fit_whatever_their_encoding() =>
        DisplayName.Parse("name", string.Concat(Enumerable.Repeat("🙂", 100))).Length.ShouldBe(200);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a\0b")]
    [InlineData("line\nbreak")]
    public void a_bad_name_is_refused_by_its_field(string name)
    {
        var refusal = Should.Throw<ApiException>(() => DisplayName.Parse("name", name));

        refusal.Code.ShouldBe("invalid-input");
        refusal.Members.Keys.ShouldBe(["errors"]);
    }

    [Fact]
    public void a_longer_name_is_refused() =>
        Should.Throw<ApiException>(() => DisplayName.Parse("name", new string('a', 101))).Code.ShouldBe("invalid-input");
}
