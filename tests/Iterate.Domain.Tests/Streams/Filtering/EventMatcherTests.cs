using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Streams;

public sealed class EventMatcherTests
{
    [Fact]
    public void No_filter_lets_everything_through()
    {
        EventMatcher.Create(null).ShouldBeNull();
        EventMatcher.Create(new()).ShouldBeNull();
        EventMatcher.Create(new() { Types = [] }).ShouldBeNull();
    }

    [Fact]
    public void Null_is_something_to_look_for_and_absent_is_not()
    {
        var matcher = EventMatcher.Create(new() { Payload = JsonText.FromTrusted("null") }).ShouldNotBeNull();

        matcher.Matches(Event("null")).ShouldBeTrue();
        matcher.Matches(Event("1")).ShouldBeFalse();
        matcher.Matches(Event(null)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"a":{"b":[1,{"c":2}]},"d":1}""", """{"a":{"b":[{"c":2.0}]}}""", true)]
    [InlineData("""{"a":1}""", """{"a":1,"b":2}""", false)]
    [InlineData("""["x","y"]""", "\"y\"", true)]
    [InlineData("""{"a":["x"]}""", """{"a":"x"}""", false)]
    [InlineData("\"x\"", """["x"]""", false)]
    [InlineData("[1,1]", "[1,1,1]", true)]
    public void A_payload_contains_parts_of_itself(string payload, string part, bool contains) =>
        EventMatcher.Create(new() { Payload = JsonText.FromTrusted(part) })!.Matches(Event(payload)).ShouldBe(contains);

    [Theory]
    [InlineData("""{"text":"line\nbreak"}""", "LINE\nbreak")]
    [InlineData("""{"Größe":1}""", "GRÖSSE", false)]
    [InlineData("""{"Größe":1}""", "GRÖß")]
    [InlineData("""[1.5e2]""", "150")]
    [InlineData("""{"a":true}""", "TRUE")]
    [InlineData("""{"a":1}""", "\"a\":1", false)]
    public void A_text_is_looked_for_in_every_key_and_value(string payload, string text, bool found = true) =>
        EventMatcher.Create(new() { Contains = text })!.Matches(Event(payload)).ShouldBe(found);

    [Fact]
    public void Text_has_at_most_200_characters_and_JSON_64_KiB()
    {
        Accepts(new() { Contains = string.Concat(Enumerable.Repeat("😀", 200)) });
        Refuses(new() { Contains = string.Concat(Enumerable.Repeat("😀", 201)) }, "filter.contains");
        Refuses(new() { Contains = "\ud83d" }, "filter.contains");
        Accepts(new() { Payload = JsonText.From(new string('x', (64 * 1024) - 2)) });
        Refuses(new() { Payload = JsonText.From(new string('x', (64 * 1024) - 1)) }, "filter.payload");
        Refuses(new() { Metadata = JsonText.FromTrusted("""{"a":{"b":1,"b":2}}""") }, "filter.metadata");
        Refuses(new() { Payload = JsonText.FromTrusted(new string('[', 65) + new string(']', 65)) }, "filter.payload");
    }

    /// <summary>The database leaves characters beyond ASCII open and decides on ASCII by itself; that is right only as long as no case pair crosses the border.</summary>
    [Fact]
    public void No_character_beyond_ASCII_is_the_other_case_of_one_within() =>
        Enumerable.Range(0x80, char.MaxValue - 0x80).Select(code => ((char)code).ToString())
            .ShouldAllBe(beyond => !Enumerable.Range(0, 0x80).Any(code => string.Equals(((char)code).ToString(), beyond, StringComparison.OrdinalIgnoreCase)));

    private static void Accepts(EventFilter filter) => EventMatcher.Create(filter).ShouldNotBeNull();

    private static void Refuses(EventFilter filter, string field) =>
        Should.Throw<ApiException>(() => EventMatcher.Create(filter)).Message.ShouldStartWith(field);

    private static StreamEvent Event(string? payload) => new()
    {
        Offset = 1,
        Type = "test/happened",
        Payload = payload is null ? default : JsonText.FromTrusted(payload),
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
