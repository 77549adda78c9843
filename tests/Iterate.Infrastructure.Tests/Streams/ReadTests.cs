using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

public sealed class ReadTests(StreamsDatabase database) : StreamsTest(database)
{
    private static readonly string[] Types = ["a/one", "a/two", "b/one", "b/two", "c"];

    [Fact]
    public async Task Paging_yields_exactly_the_filtered_log_whatever_cursor_filter_size_and_direction()
    {
        var random = new Random(7);
        foreach (var _ in Enumerable.Range(0, 4))
        {
            await Append("/a", [.. Enumerable.Range(0, 60).Select(number => Event(Types[random.Next(Types.Length)], new { number }))]);
        }

        var log = await ReadAll("/a");
        string[][] filters = [[], ["a/one"], ["a/*"], ["a/*", "c"], ["none/*"], ["*"]];
        for (var round = 0; round < 60; round++)
        {
            var filter = new EventFilter { Types = filters[random.Next(filters.Length)] };
            var after = random.Next(0, log.Count);
            var before = random.Next(after + 1, log.Count + 2);
            var direction = random.Next(2) == 0 ? ReadDirection.Forward : ReadDirection.Backward;
            var matching = EventMatcher.Create(filter);
            var expected = log.Where(committed => committed.Offset > after && committed.Offset < before
                && (matching is null || matching.Matches(committed))).Select(committed => committed.Offset).ToArray();

            var paged = await PageAsync(after, before, random.Next(1, 50), direction, filter);

            paged.ShouldBe(direction == ReadDirection.Forward ? expected : expected.Reverse());
        }
    }

    [Fact]
    public async Task A_page_says_how_far_it_looked()
    {
        await Append("/a", Event("x"), Event("y"), Event("x"), Event("y"));

        var forward = await Streams.ReadAsync(new("demo", "/a", Filter: new() { Types = ["x"] }, Limit: 10), InTime);
        forward.Events.Select(committed => committed.Offset).ShouldBe([2, 4]);
        forward.ScannedThroughOffset.ShouldBe(5);
        forward.AtEnd.ShouldBeTrue();

        var one = await Streams.ReadAsync(new("demo", "/a", Filter: new() { Types = ["x"] }, Limit: 1), InTime);
        one.ScannedThroughOffset.ShouldBe(2);
        one.AtEnd.ShouldBeFalse();

        var backward = await Streams.ReadAsync(new("demo", "/a", Limit: 2, Direction: ReadDirection.Backward), InTime);
        backward.Events.Select(committed => committed.Offset).ShouldBe([5, 4]);
        backward.ScannedThroughOffset.ShouldBe(4);
        backward.AtEnd.ShouldBeFalse();
    }

    [Fact]
    public async Task A_page_is_bounded_in_bytes_but_never_empty()
    {
        var large = new string('x', 900_000);
        for (var number = 0; number < 12; number++)
        {
            await Append("/large", Event(payload: large));
        }

        var first = await Streams.ReadAsync(new("demo", "/large", Limit: 1_000), InTime);

        first.Events.Count.ShouldBe(10);
        first.AtEnd.ShouldBeFalse();
        var rest = await Streams.ReadAsync(new("demo", "/large", AfterOffset: first.ScannedThroughOffset, Limit: 1_000), InTime);
        rest.Events.Count.ShouldBe(3);
        rest.AtEnd.ShouldBeTrue();
    }

    [Fact]
    public async Task A_page_takes_exactly_eight_mebibytes()
    {
        const int Envelope = 25;
        var largest = Event("x", new string('x', EventAdmission.MaxEventBytes - Envelope));
        EventAdmission.Admit([largest], EventOrigin.Caller)[0].Bytes.ShouldBe(1024 * 1024);
        for (var number = 0; number < 9; number++)
        {
            await Append("/eight", largest);
        }

        (await Streams.ReadAsync(new("demo", "/eight", 1), InTime)).Events.Count.ShouldBe(8);
        (await Streams.ReadAsync(new("demo", "/eight", 1, Filter: new() { Contains = "xx" }), InTime)).Events.Count.ShouldBe(8);
        (await Streams.ReadAsync(new("demo", "/eight", 1, Limit: 1), InTime)).Events.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_filter_with_more_types_than_the_index_is_probed_for_still_pages_through()
    {
        await Append("/many", [.. Enumerable.Range(0, 300).Select(number => Event($"many/t{number % 120}"))]);

        var page = await Streams.ReadAsync(new("demo", "/many", Filter: new() { Types = ["many/*"] }, Limit: 1_000), InTime);

        page.Events.Count.ShouldBe(300);
        page.AtEnd.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1_001)]
    [InlineData(-1, 10)]
    public async Task Values_outside_their_range_are_refused_not_clamped(long after, int limit)
    {
        await Append("/a", Event());

        await Refused(() => Streams.ReadAsync(new("demo", "/a", AfterOffset: after, Limit: limit), InTime), ErrorCodes.InvalidInput);
    }

    [Fact]
    public async Task A_cursor_beyond_the_head_and_a_replaced_stream_are_told()
    {
        await Append("/a", Event());

        var ahead = await Refused(() => Streams.ReadAsync(new("demo", "/a", AfterOffset: 3), InTime), ErrorCodes.CursorAhead);
        ahead.Members["headOffset"].ShouldBe(2L);
        await Refused(() => Streams.ReadAsync(new("demo", "/a", StreamId: "str_other"), InTime), ErrorCodes.StreamReplaced);
    }

    [Fact]
    public async Task One_event_is_found_by_offset_and_by_key()
    {
        await Append("/a", Event(key: "k"));

        (await Streams.GetEventAsync(new("demo", "/a", Offset: 2), InTime)).IdempotencyKey.ShouldBe("k");
        (await Streams.GetEventAsync(new("demo", "/a", IdempotencyKey: "k"), InTime)).Offset.ShouldBe(2);
        await Refused(() => Streams.GetEventAsync(new("demo", "/a", Offset: 3), InTime), ErrorCodes.NotFound);
        await Refused(() => Streams.GetEventAsync(new("demo", "/a", IdempotencyKey: "other"), InTime), ErrorCodes.NotFound);
        await Refused(() => Streams.GetEventAsync(new("demo", "/a"), InTime), ErrorCodes.InvalidInput);
    }

    [Fact]
    public async Task Counts_come_by_type_with_the_largest_first()
    {
        await Append("/a", Event("x/a"), Event("x/a"), Event("x/b"), Event("y"));

        var count = await Streams.CountAsync(new("demo", "/a", new() { Types = ["x/*"] }), InTime);

        count.Total.ShouldBe(5);
        count.Matched.ShouldBe(3);
        count.ByType[0].ShouldBe(new("x/a", 2, 3));
        count.ByType.Count.ShouldBe(4);
        count.OtherTypes.ShouldBe(0);
    }

    [Fact]
    public async Task Another_project_does_not_see_the_stream()
    {
        await Append("/a", Event());

        await Refused(() => Node.In("prj_other").ReadAsync(new("other", "/a"), InTime), ErrorCodes.NotFound);
    }

    private async Task<List<long>> PageAsync(long after, long before, int limit, ReadDirection direction, EventFilter filter)
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

            if (direction == ReadDirection.Forward)
            {
                after = page.ScannedThroughOffset;
            }
            else
            {
                before = page.ScannedThroughOffset;
            }
        }
    }
}
