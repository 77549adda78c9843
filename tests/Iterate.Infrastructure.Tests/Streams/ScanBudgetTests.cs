using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>A filter that looks inside events examines at most 20,000 of them or for 500 ms (requirement S-78).</summary>
public sealed class ScanBudgetTests(StreamsDatabase database) : StreamsTest(database)
{
    private static readonly EventFilter Nothing = new() { Contains = "nowhere" };

    [Fact]
    public async Task A_filter_that_matches_nothing_answers_how_far_it_looked()
    {
        await FillAsync(25_000);

        var first = await Streams.ReadAsync(new("demo", "/a", Filter: Nothing), InTime);
        first.Events.ShouldBeEmpty();
        first.ScannedThroughOffset.ShouldBe(20_000);
        first.AtEnd.ShouldBeFalse();

        var rest = await Streams.ReadAsync(new("demo", "/a", first.ScannedThroughOffset, Filter: Nothing), InTime);
        rest.ScannedThroughOffset.ShouldBe(25_001);
        rest.AtEnd.ShouldBeTrue();

        var backward = await Streams.ReadAsync(new("demo", "/a", Filter: Nothing, Direction: ReadDirection.Backward), InTime);
        backward.ScannedThroughOffset.ShouldBe(5_002);
        backward.AtEnd.ShouldBeFalse();

        var count = await Streams.CountAsync(new("demo", "/a", Nothing), InTime);
        count.ShouldSatisfyAllConditions(
            () => count.Total.ShouldBe(25_001),
            () => count.Matched.ShouldBe(0),
            () => count.ScannedThroughOffset.ShouldBe(20_000),
            () => count.Complete.ShouldBeFalse());
    }

    [Fact]
    public async Task Events_of_other_types_cost_nothing_of_the_budget()
    {
        await FillAsync(25_000);
        await Append("/a", Event("rare", new { note = "here" }));

        var page = await Streams.ReadAsync(new("demo", "/a", Filter: new() { Types = ["rare"], Contains = "HERE" }), InTime);

        page.Events.ShouldHaveSingleItem().Offset.ShouldBe(25_002);
        page.AtEnd.ShouldBeTrue();
    }

    [Fact]
    public async Task A_slow_scan_ends_after_half_a_second_of_its_clock()
    {
        await FillAsync(10_000);
        await using var slow = TestNode.Create(ConnectionString, time: new HastyTime());

        var page = await slow.In(Project).ReadAsync(new("demo", "/a", Filter: Nothing), InTime);

        page.Events.ShouldBeEmpty();
        page.AtEnd.ShouldBeFalse();
        page.ScannedThroughOffset.ShouldBeInRange(1, 10_000);
    }

    [Fact]
    public async Task A_scan_of_large_events_keeps_the_size_of_its_page()
    {
        var large = new string('x', 900_000);
        for (var number = 0; number < 12; number++)
        {
            await Append("/large", Event(payload: new { large, number }), Event(payload: "small"));
        }

        var events = new List<StreamEvent>();
        ReadResponse page;
        do
        {
            page = await Streams.ReadAsync(
                new("demo", "/large", events.Count == 0 ? 0 : events[^1].Offset, Filter: new() { Contains = "XXX" }, Limit: 1_000), InTime);
            page.Events.Sum(committed => committed.Payload.Text!.Length).ShouldBeLessThanOrEqualTo(8 * 1024 * 1024);
            events.AddRange(page.Events);
        }
        while (!page.AtEnd);

        events.Select(committed => committed.Offset).ShouldBe(Enumerable.Range(1, 12).Select(number => number * 2L));
    }

    private async Task FillAsync(int events)
    {
        for (var batch = 0; batch < events / 1_000; batch++)
        {
            await Append("/a", [.. Enumerable.Range(0, 1_000).Select(number => Event(payload: new { number }))]);
        }
    }

    /// <summary>A clock on which every look at it takes 300 ms.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => Interlocked.Add(ref _now, 300);
    }
}
