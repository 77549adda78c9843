using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Streams;

public sealed class StreamPathTests
{
    private static readonly Regex Grammar = new("^/(?:[a-z0-9_~-]+(?:/[a-z0-9_~-]+)*)?$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    // Short strings over the characters that matter hit both sides of the grammar often.
    private static readonly Gen<string> Texts =
        Gen.Elements('a', 'z', '0', '_', '~', '-', '/', '/', '.', 'A', ' ', 'é', '@').ArrayOf().Select(characters => new string(characters));

    [Fact]
    public void The_parser_accepts_exactly_the_grammar() =>
        Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            var rooted = text.StartsWith('/') ? text : "/" + text;
            return Parses(text) == (text.Length > 0 && Grammar.IsMatch(rooted));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Printing_and_parsing_give_the_same_path() =>
        Prop.ForAll(Texts.Where(Parses).ToArbitrary(), text =>
        {
            var path = StreamPath.Parse(text);
            return StreamPath.Parse(path.Value) == path && StreamPath.Root.Resolve(path.Value) == path;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Resolving_never_escapes_the_root() =>
        Prop.ForAll(Gen.Elements("..", ".", "", "a", "b-1", "..", "..").ArrayOf().ToArbitrary(), segments =>
        {
            var from = StreamPath.Parse("/x/y");
            try
            {
                return Grammar.IsMatch(from.Resolve(string.Join('/', segments)).Value);
            }
            catch (ApiException refusal)
            {
                return refusal.Code is ErrorCodes.InvalidPath;
            }
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("a", "/a")]
    [InlineData("/", "/")]
    [InlineData("a%2Fb", "/a/b")]
    [InlineData("%7Eme", "/~me")]
    [InlineData("/~/x_1-2", "/~/x_1-2")]
    public void Two_steps_of_tolerance_are_taken(string text, string path) => StreamPath.Parse(text).Value.ShouldBe(path);

    [Theory]
    [InlineData("", "")]
    [InlineData(" ", " ")]
    [InlineData("//", "")]
    [InlineData("/a/", "")]
    [InlineData("/a//b", "")]
    [InlineData("/a/../b", "..")]
    [InlineData("/a/B", "B")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("@root", "@root")]
    public void Anything_else_is_refused_with_the_segment(string text, string segment)
    {
        var refusal = Should.Throw<ApiException>(() => StreamPath.Parse(text));

        refusal.Code.ShouldBe(ErrorCodes.InvalidPath);
        refusal.Members["segment"].ShouldBe(segment);
    }

    [Fact]
    public void Limits_accept_exactly_the_limit()
    {
        Parses("/" + new string('a', 1_022)).ShouldBeTrue();
        Parses("/" + new string('a', 1_023)).ShouldBeFalse();
        Parses(string.Concat(Enumerable.Repeat("/a", 32))).ShouldBeTrue();
        Parses(string.Concat(Enumerable.Repeat("/a", 33))).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/a/b", "child", "/a/b/child")]
    [InlineData("/a/b", "./x", "/a/b/x")]
    [InlineData("/a/b", "../x", "/a/x")]
    [InlineData("/a/b", "/x//./y", "/x/y")]
    [InlineData("/a/b", "", "/a/b")]
    [InlineData("/", "x", "/x")]
    [InlineData("/a", "..", "/")]
    public void Relative_paths_are_resolved(string from, string relative, string path) =>
        StreamPath.Parse(from).Resolve(relative).Value.ShouldBe(path);

    [Fact]
    public void A_path_knows_its_place()
    {
        var path = StreamPath.Parse("/a/b/c");

        path.Name.ShouldBe("c");
        path.Depth.ShouldBe(3);
        path.Ancestors.Select(ancestor => ancestor.Value).ShouldBe(["/a/b", "/a", "/"]);
        StreamPath.Root.Ancestors.ShouldBeEmpty();
        StreamPath.Root.Name.ShouldBe("/");
    }

    private static bool Parses(string text)
    {
        try
        {
            StreamPath.Parse(text);
            return true;
        }
        catch (ApiException)
        {
            return false;
        }
    }
}
