using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>Time within a stream never goes back, so a place is found by bisecting (requirements S-18 and S-85, test S-T8).</summary>
public sealed class LocateTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task Under_a_clock_that_jumps_time_never_decreases_and_locating_equals_a_linear_scan()
    {
        var random = new Random(5);
        var clock = new JumpingTime();
        await using var node = TestNode.Create(ConnectionString, time: clock);
        for (var batch = 0; batch < 60; batch++)
        {
            clock.Now += TimeSpan.FromMilliseconds(random.Next(-5_000, 6_000));
            await node.In(Project).AppendAsync(
                new("demo", "/jumps", [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Event())]), InTime);
        }

        var log = await ReadAll("/jumps");
        log.Zip(log.Skip(1)).ShouldAllBe(pair => pair.First.CreatedAt <= pair.Second.CreatedAt);
        var (first, last) = (log[0].CreatedAt, log[^1].CreatedAt);
        for (var round = 0; round < 200; round++)
        {
            var time = first + ((last - first) * (1.2 * random.NextDouble())) - TimeSpan.FromMilliseconds(100);
            time = round % 3 == 0 ? log[random.Next(log.Count)].CreatedAt : time;

            var located = await Streams.LocateAsync(new("demo", "/jumps", time), InTime);

            located.ShouldBe(new(log.FirstOrDefault(committed => committed.CreatedAt >= time)?.Offset ?? log.Count + 1));
        }
    }

    [Fact]
    public async Task Marks_spread_over_the_whole_stream()
    {
        await Append("/marks", [.. Enumerable.Range(0, 99).Select(_ => Event())]);

        var marks = (await Streams.LocateAsync(new("demo", "/marks", Marks: 12), InTime)).Marks.ShouldNotBeNull();

        marks.Select(mark => mark.Offset).ShouldBe([1, 10, 19, 28, 37, 46, 55, 64, 73, 82, 91, 100]);
        var log = await ReadAll("/marks");
        marks.ShouldAllBe(mark => mark.CreatedAt == log[(int)mark.Offset - 1].CreatedAt);
    }

    [Fact]
    public async Task A_short_stream_has_fewer_marks()
    {
        await Append("/short", Event());

        (await Streams.LocateAsync(new("demo", "/short", Marks: 32), InTime)).Marks.ShouldNotBeNull().Select(mark => mark.Offset).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Exactly_one_of_time_and_marks_is_asked_for()
    {
        await Append("/a", Event());

        await Refused(() => Streams.LocateAsync(new("demo", "/a"), InTime), ErrorCodes.InvalidInput);
        await Refused(() => Streams.LocateAsync(new("demo", "/a", DateTimeOffset.UnixEpoch, 2), InTime), ErrorCodes.InvalidInput);
        await Refused(() => Streams.LocateAsync(new("demo", "/a", Marks: 0), InTime), ErrorCodes.InvalidInput);
        await Refused(() => Streams.LocateAsync(new("demo", "/a", Marks: 33), InTime), ErrorCodes.InvalidInput);
    }

    private sealed class JumpingTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
