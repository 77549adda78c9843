using FsCheck;
using FsCheck.Fluent;
using Iterate.Domain.Accounts;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Accounts;

public sealed class SlugsTests
{
    private const int Many = 60;

    [Theory]
    [InlineData("Demo", "demo")]
    [InlineData("  My  Great_Project! ", "my-great-project")]
    [InlineData("a - b", "a-b")]
    [InlineData("Ärzte", "rzte")]
    [InlineData("42", "project-42")]
    [InlineData("日本", "project")]
    [InlineData("", "project")]
    public void a_free_slug_is_made_of_the_name(string name, string slug) => Slugs.Candidates(name, "project").First().ShouldBe(slug);

    [Fact]
    public void a_taken_slug_gets_a_number() =>
        Slugs.Candidates("demo", "project").Take(3).ShouldBe(["demo", "demo-2", "demo-3"]);

    [Fact]
    public void a_reserved_word_is_never_offered() => Slugs.Candidates("Admin", "project").First().ShouldBe("admin-2");

    [Fact]
    public void a_long_name_leaves_room_for_the_number()
    {
        var second = Slugs.Candidates(new string('x', 80), "project").ElementAt(1);

        second.Length.ShouldBe(Slugs.MaxLength);
        second.ShouldEndWith("-2");
    }

    [Fact]
    public void any_name_gives_valid_slugs_that_never_repeat() =>
        Prop.ForAll<string>(name =>
        {
            var slugs = Slugs.Candidates(name ?? "", "project").Take(Many).ToList();
            return slugs.TrueForAll(Slugs.IsValid) && slugs.Distinct(StringComparer.Ordinal).Count() == Many;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void names_of_slug_characters_give_valid_slugs_too()
    {
        var names = Gen.Elements("abz09-".ToCharArray()).ArrayOf().Select(characters => new string(characters));
        Prop.ForAll(names.ToArbitrary(), name => Slugs.Candidates(name, "project").Take(Many).All(Slugs.IsValid)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("Demo")]
    [InlineData("a_b")]
    [InlineData("a\0b")]
    [InlineData("org")]
    [InlineData("new-project")]
    public void what_breaks_the_rule_is_no_slug(string slug) => Slugs.IsValid(slug).ShouldBeFalse();

    [Fact]
    public void fifty_characters_are_the_most()
    {
        Slugs.IsValid(new string('a', 50)).ShouldBeTrue();
        Slugs.IsValid(new string('a', 51)).ShouldBeFalse();
    }
}
