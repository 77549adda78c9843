using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>What a filter lets through is the same whether the database narrows or a ring is asked (requirement S-79).</summary>
public sealed class FilterTests(StreamsDatabase database) : StreamsTest(database)
{
    private static readonly string[] Words = ["Ärger", "ÄRGER", "straße", "k", "K", "i", "İ", "ı", "a_b", "100%", "back\\slash", "\"quoted\"", "tab\tnew\nline", "\u001f", "𐐀𐐨", "é", "", "true"];
    private static readonly string[] Numbers = ["0", "-0", "-0.0", "1", "1.0", "1e0", "10e-1", "1.50e1", "15", "15.0", "1e2", "1E+2", "100", "0.001", "1e-3", "-2.5", "0e5", "12345678901234567890.5"];
    private static readonly string[] Keys = ["a", "bb", "Key", "straße", "k\"ey"];
    private readonly Random _random = new(11);

    [Fact]
    public async Task Paging_through_any_filter_yields_what_the_matcher_lets_through_of_the_events_as_sent()
    {
        EventInput[] sent = [.. Enumerable.Range(0, 300).Select(_ => RandomEvent())];
        await Append("/a", sent);
        var log = await ReadAll("/a");
        for (var round = 0; round < 300; round++)
        {
            var filter = RandomFilter(sent);
            var matcher = EventMatcher.Create(filter);
            // A ring holds events as they were sent, the log as the database spells them.
            var expected = log.Where((committed, index) =>
                matcher is null || matcher.Matches(index == 0 ? committed : Committed(sent[index - 1], committed.Offset))).ToArray();
            var direction = _random.Next(2) == 0 ? ReadDirection.Forward : ReadDirection.Backward;
            var after = _random.Next(2) == 0 ? 0 : _random.Next(log.Count);
            var before = _random.Next(2) == 0 ? log.Count + 1 : _random.Next(after + 1, log.Count + 2);

            var paged = await PageAsync(filter, direction, after, before, _random.Next(1, 40));

            var offsets = expected.Select(committed => committed.Offset).Where(offset => offset > after && offset < before);
            paged.ShouldBe(direction == ReadDirection.Forward ? offsets : offsets.Reverse(), $"filter {JsonText.From(filter)}");
            log.Where(committed => matcher is null || matcher.Matches(committed)).ShouldBe(expected);
            (await Streams.CountAsync(new("demo", "/a", filter), InTime)).Matched.ShouldBe(expected.Length, $"filter {JsonText.From(filter)}");
        }
    }

    [Fact]
    public async Task Containment_is_that_of_the_database()
    {
        for (var round = 0; round < 2_000; round++)
        {
            var (value, part) = (RandomJson(3), RandomJson(2));
            var matcher = EventMatcher.Create(new() { Payload = JsonText.FromTrusted(part) })!;

            var matches = matcher.Matches(new() { Offset = 1, Type = "t", Payload = JsonText.FromTrusted(value), CreatedAt = DateTimeOffset.UnixEpoch });

            matches.ShouldBe(await AskAsync<bool>("select $1::jsonb @> $2::jsonb", value, part), $"{value} @> {part}");
        }
    }

    [Theory]
    [InlineData("NEEDLE", 3)]
    [InlineData("größe", 3)]
    [InlineData("TEST/HAPP", 4)]
    [InlineData("nothing", 0)]
    [InlineData("e\",", 0)]
    public async Task Text_is_found_in_type_payload_and_metadata_ignoring_case(string text, int matches)
    {
        await Append(
            "/text",
            Event(payload: new { note = "a Needle, GRÖSSE" }),
            Event(payload: new { needle = "GRÖßE" }),
            Event() with { Metadata = JsonText.From(new { nested = new { deep = "needle größe" } }) },
            Event(payload: new { other = "Größe" }));

        var page = await Streams.ReadAsync(new("demo", "/text", Filter: new() { Contains = text }), InTime);

        page.Events.Count.ShouldBe(matches);
        page.AtEnd.ShouldBeTrue();
    }

    [Fact]
    public async Task Parts_are_anded()
    {
        await Append(
            "/and",
            Event("x", new { a = 1, b = 2 }), Event("y", new { a = 1 }),
            Event("x", new { a = 1 }) with { Metadata = JsonText.From(new { m = true }) });

        var filter = new EventFilter { Types = ["x"], Payload = JsonText.From(new { a = 1 }), Metadata = JsonText.From(new { m = true }), Contains = "M" };

        (await Streams.ReadAsync(new("demo", "/and", Filter: filter), InTime)).Events.ShouldHaveSingleItem().Offset.ShouldBe(4);
    }

    [Theory]
    [InlineData("{\"payload\":{\"a\":1,\"b\":\"\\u0000\"}}", "filter.payload")]
    [InlineData("{\"metadata\":{\"a\":1e999}}", "filter.metadata")]
    [InlineData("{\"contains\":\"\"}", "filter.contains")]
    [InlineData("{\"contains\":\"\\u0000\"}", "filter.contains")]
    [InlineData("{\"types\":[\"a*b\"]}", "filter.types")]
    public async Task What_a_filter_cannot_hold_is_refused_by_name(string filter, string field)
    {
        await Append("/a", Event());

        var refusal = await Refused(
            () => Streams.ReadAsync(new("demo", "/a", Filter: System.Text.Json.JsonSerializer.Deserialize<EventFilter>(filter, ApiJson.Options)), InTime),
            ErrorCodes.InvalidInput);

        ((IDictionary<string, string[]>)refusal.Members["errors"]!).Keys.ShouldBe([field]);
    }

    private static StreamEvent Committed(EventInput sent, long offset) => new()
    {
        Offset = offset,
        Type = sent.Type,
        Payload = sent.Payload,
        Metadata = sent.Metadata,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private EventInput RandomEvent() => new()
    {
        Type = Pick(["a/one", "a/Two", "b/größe", "c"]),
        Payload = _random.Next(6) == 0 ? default : JsonText.FromTrusted(RandomJson(3)),
        Metadata = _random.Next(2) == 0 ? default : JsonText.FromTrusted(RandomObject(2)),
    };

    private EventFilter RandomFilter(EventInput[] sent)
    {
        var like = sent[_random.Next(sent.Length)];
        var filter = new EventFilter();
        if (_random.Next(2) == 0)
        {
            filter = filter with { Types = [Pick(["a/*", "a/one", "b/größe", "c", "none"])] };
        }

        if (_random.Next(3) == 0)
        {
            filter = filter with { Payload = _random.Next(2) == 0 ? like.Payload : JsonText.FromTrusted(RandomJson(1)) };
        }

        if (_random.Next(3) == 0)
        {
            filter = filter with { Metadata = _random.Next(2) == 0 ? like.Metadata : JsonText.FromTrusted(RandomObject(1)) };
        }

        return _random.Next(2) == 0 ? filter with { Contains = RandomNeedle() } : filter;
    }

    private string RandomNeedle()
    {
        var word = Pick(_random.Next(3) == 0 ? Numbers : Words);
        word = word.Length > 2 && _random.Next(2) == 0 && !char.IsSurrogate(word[1]) ? word[1..] : word;
        word = _random.Next(2) == 0 ? word.ToUpperInvariant() : word;
        return word.Length == 0 ? "A" : word;
    }

    private string RandomJson(int depth) => _random.Next(depth > 0 ? 7 : 5) switch
    {
        0 or 1 => Pick(Numbers),
        2 or 3 => RandomString(Pick(Words)),
        4 => Pick(["true", "false", "null"]),
        5 => $"[{string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => RandomJson(depth - 1)))}]",
        _ => RandomObject(depth),
    };

    private string RandomObject(int depth) =>
        $"{{{string.Join(',', Keys.Where(_ => _random.Next(3) == 0).Select(key => $"{RandomString(key)}: {RandomJson(depth - 1)}"))}}}";

    /// <summary>One of the ways to write a string.</summary>
    private string RandomString(string text) => _random.Next(2) == 0
        ? $"\"{string.Concat(text.Select(character => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}")))}\""
        : JsonText.From(text).Text!;

    private string Pick(string[] among) => among[_random.Next(among.Length)];

    private async Task<List<long>> PageAsync(EventFilter filter, ReadDirection direction, long after, long before, int limit)
    {
        var offsets = new List<long>();
        while (true)
        {
            var page = await Streams.ReadAsync(new("demo", "/a", after, before, limit, direction, filter), InTime);
            offsets.AddRange(page.Events.Select(committed => committed.Offset));
            if (page.AtEnd)
            {
                return offsets;
            }

            (after, before) = direction == ReadDirection.Forward ? (page.ScannedThroughOffset, before) : (after, page.ScannedThroughOffset);
        }
    }

    private async Task<T> AskAsync<T>(string sql, params string[] values)
    {
        await using var command = Node.DataSource.CreateCommand(sql);
        command.Parameters.AddRange(values.Select(value => new NpgsqlParameter<string> { TypedValue = value }).ToArray());
        return (T)(await command.ExecuteScalarAsync(InTime))!;
    }
}
