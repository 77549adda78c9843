using System.Diagnostics;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Streams;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

public sealed class FollowTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task The_first_batch_comes_at_once_and_names_the_head()
    {
        var created = await Append("/a", Event());

        await using var follow = Follow(Streams, new("demo", "/a"));

        var first = await Next(follow);
        first.StreamId.ShouldBe(created.StreamId);
        first.Events.ShouldBeEmpty();
        first.HeadOffset.ShouldBe(2);
        first.ScannedThroughOffset.ShouldBe(2);
        await Append("/a", Event("live"));
        (await Next(follow)).Events.Single().Type.ShouldBe("live");
    }

    [Fact]
    public async Task A_tail_begins_with_the_newest_matching_events()
    {
        await Append("/a", [.. Enumerable.Range(0, 50).Select(number => Event(number % 2 == 0 ? "even" : "odd", new { number }))]);

        await using var follow = Follow(Streams, new("demo", "/a", Tail: 3, Filter: new() { Types = ["even"] }));

        var first = await Next(follow);
        first.Events.Select(committed => committed.Offset).ShouldBe([46, 48, 50]);
        first.ScannedThroughOffset.ShouldBe(51);
        await Append("/a", Event("odd"), Event("even"));
        (await Next(follow)).Events.Single().Offset.ShouldBe(53);
    }

    [Fact]
    public async Task Catch_up_comes_in_batches_of_at_most_200()
    {
        await Append("/a", [.. Enumerable.Range(0, 450).Select(number => Event(payload: new { number }))]);

        await using var follow = Follow(Streams, new("demo", "/a", AfterOffset: 0));

        (await Next(follow)).Events.Count.ShouldBe(200);
        (await Next(follow)).Events.Count.ShouldBe(200);
        (await Next(follow)).Events.Count.ShouldBe(51);
    }

    [Fact]
    public async Task A_batch_is_bounded_in_bytes_and_one_larger_event_travels_alone()
    {
        var large = new string('x', 700_000);
        await Append("/a", Event(payload: large), Event(payload: large));

        await using var follow = Follow(Streams, new("demo", "/a", AfterOffset: 0));

        (await Next(follow)).Events.Count.ShouldBe(2);
        (await Next(follow)).Events.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Cut_and_resumed_at_any_cursor_it_yields_each_event_once_in_order()
    {
        await Append("/a", Event());
        var random = new Random(11);
        const int Total = 1_500;
        var streams = Streams;
        var writing = Task.Run(async () =>
        {
            for (var number = 2; number < Total;)
            {
                var size = Math.Min(random.Next(1, 20), Total - number);
                await streams.AppendAsync(new("demo", "/a", [.. Enumerable.Range(number, size).Select(part => Event(payload: part))]), InTime);
                number += size;
            }
        }, InTime);

        var seen = new List<long>();
        var cuts = new Random(13);
        var cursor = 0L;
        while (seen.Count < Total)
        {
            await using var follow = Follow(Streams, new("demo", "/a", AfterOffset: cursor));
            for (var batches = cuts.Next(1, 6); batches > 0 && seen.Count < Total; batches--)
            {
                var batch = await Next(follow);
                seen.AddRange(batch.Events.Select(committed => committed.Offset));
                cursor = batch.ScannedThroughOffset;
            }
        }

        await writing;
        seen.ShouldBe(Enumerable.Range(1, Total).Select(offset => (long)offset));
    }

    [Fact]
    public async Task Filtered_events_advance_the_cursor_without_being_sent()
    {
        await Append("/a", Event());
        await using var follow = Follow(Streams, new("demo", "/a", Filter: new() { Types = ["wanted"] }));
        await Next(follow);

        await Append("/a", Event("noise"), Event("noise"));
        await Append("/a", Event("wanted"), Event("noise"));

        var batch = await Next(follow);
        batch.Events.Single().Type.ShouldBe("wanted");
        batch.ScannedThroughOffset.ShouldBeGreaterThanOrEqualTo(5);
    }

    [Theory]
    [InlineData(true, 1_000)]
    [InlineData(false, 2_500)]
    public async Task A_follower_on_another_node_sees_appends_with_and_without_hints(bool hints, int withinMs)
    {
        await Append("/a", Event());
        await using var writer = await TestNode.StartAsync(ConnectionString, options => options.Hints = hints);
        var there = writer.In(Project);
        await using var follow = Follow(Streams, new("demo", "/a"));
        await Next(follow);
        var slowest = TimeSpan.Zero;

        for (var number = 0; number < 5; number++)
        {
            await there.AppendAsync(new("demo", "/a", [Event(payload: number)]), InTime);
            var clock = Stopwatch.StartNew();
            (await Next(follow)).Events.Single().Payload.Text.ShouldBe(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
        }

        slowest.TotalMilliseconds.ShouldBeLessThan(withinMs);
    }

    [Fact]
    public async Task Two_nodes_that_write_by_turns_give_one_order_to_followers_of_both()
    {
        await Append("/a", Event());
        await using var other = await TestNode.StartAsync(ConnectionString);
        IStreamsApi[] nodes = [Streams, other.In(Project)];
        await using var here = Follow(nodes[0], new("demo", "/a", AfterOffset: 0));
        await using var there = Follow(nodes[1], new("demo", "/a", AfterOffset: 0));
        const int Total = 400;

        var writing = Task.WhenAll(nodes.Select(node => Task.Run(async () =>
        {
            for (var number = 0; number < (Total - 2) / 2; number++)
            {
                await node.AppendAsync(new("demo", "/a", [Event(payload: number)]), InTime);
            }
        }, InTime)));
        var seen = await Task.WhenAll(Take(here, Total), Take(there, Total));

        await writing;
        seen[0].ShouldBe(Enumerable.Range(1, Total).Select(offset => (long)offset));
        seen[1].ShouldBe(seen[0]);
    }

    [Fact]
    public async Task A_follower_hears_of_an_append_on_its_node_within_milliseconds()
    {
        await Append("/a", Event());
        await using var follow = Follow(Streams, new("demo", "/a"));
        await Next(follow);
        var delays = new List<double>();

        for (var number = 0; number < 40; number++)
        {
            await Append("/a", Event());
            var clock = Stopwatch.StartNew();
            await Next(follow);
            delays.Add(clock.Elapsed.TotalMilliseconds);
        }

        delays.Order().ElementAt(38).ShouldBeLessThan(100);
    }

    [Fact]
    public async Task A_stopping_node_ends_its_follows()
    {
        await Append("/a", Event());
        await using var node = await TestNode.StartAsync(ConnectionString);
        await using var follow = Follow(node.In(Project), new("demo", "/a"));
        await Next(follow);

        var waiting = follow.MoveNextAsync().AsTask();
        node.BeginStopping();

        (await waiting.WaitAsync(TimeSpan.FromSeconds(2), InTime)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_follower_that_leaves_is_no_longer_counted()
    {
        await Append("/a", Event());
        await using var node = await TestNode.StartAsync(ConnectionString);
        var follow = Follow(node.In(Project), new("demo", "/a"));
        await Next(follow);
        node.Slots.Taken.ShouldBe(1);

        await follow.DisposeAsync();

        node.Slots.Taken.ShouldBe(0);
    }

    [Fact]
    public async Task Cursors_and_streams_that_are_not_there_are_told()
    {
        await Append("/a", Event());

        await Refused(() => Next(Follow(Streams, new("demo", "/a", AfterOffset: 3))), ErrorCodes.CursorAhead);
        await Refused(() => Next(Follow(Streams, new("demo", "/a", StreamId: "str_other"))), ErrorCodes.StreamReplaced);
        await Refused(() => Next(Follow(Streams, new("demo", "/none"))), ErrorCodes.NotFound);
        await Refused(() => Next(Follow(Streams, new("demo", "/a", Tail: 201))), ErrorCodes.InvalidInput);
        await Refused(() => Next(Follow(Streams, new("demo", "/a", AfterOffset: 3, HeadsOnly: true))), ErrorCodes.CursorAhead);
        await Refused(() => Next(Follow(Streams, new("demo", "/a", Ephemeral: true, HeadsOnly: true))), ErrorCodes.InvalidInput);
    }

    [Fact]
    public async Task Heads_alone_say_how_far_the_stream_reaches()
    {
        await Append("/a", Event());
        await using var follow = Follow(Streams, new("demo", "/a", HeadsOnly: true));
        (await Next(follow)).HeadOffset.ShouldBe(2);

        await Append("/a", Event(), Event());

        var batch = await Next(follow);
        batch.Events.ShouldBeEmpty();
        (batch.HeadOffset, batch.Cursor).ShouldBe((4, "4"));
    }

    [Fact]
    public async Task A_deleted_stream_ends_its_follows_on_every_node()
    {
        await Append("/a", Event());
        await using var other = await TestNode.StartAsync(ConnectionString);
        await using var here = Follow(Streams, new("demo", "/a"));
        await using var heads = Follow(Streams, new("demo", "/a", HeadsOnly: true));
        await using var there = Follow(other.In(Project), new("demo", "/a"));
        await Task.WhenAll(Next(here), Next(heads), Next(there));
        var waiting = new[] { Next(here), Next(heads), Next(there) };

        await Streams.DeleteAsync(new("demo", "/a", "/a"), InTime);

        foreach (var follow in waiting)
        {
            await Refused(() => follow, ErrorCodes.StreamDeleted);
        }

        await Refused(() => Next(Follow(Streams, new("demo", "/a"))), ErrorCodes.StreamDeleted);
    }

    [Fact]
    public async Task An_archived_stream_keeps_its_follows()
    {
        await Append("/a", Event());
        await using var follow = Follow(Streams, new("demo", "/a"));
        await Next(follow);
        var next = Next(follow);

        await Streams.ArchiveAsync(new("demo", "/a"), InTime);
        await Streams.UnarchiveAsync(new("demo", "/a"), InTime);
        await Append("/a", Event());

        (await next).Events.Single().Offset.ShouldBe(3);
    }

    [Fact]
    public async Task A_session_that_follows_too_often_is_refused_and_may_again_when_it_left()
    {
        await Append("/a", Event());
        var streams = Node.In(Project, new Caller { UserId = "usr_1", SessionId = $"ses_{Project}" });
        var follows = Enumerable.Range(0, FollowerSlots.OfSession).Select(_ => Follow(streams, new("demo", "/a"))).ToList();
        await Task.WhenAll(follows.Select(Next));

        (await Refused(() => Next(Follow(streams, new("demo", "/a"))), ErrorCodes.TooManyFollowers)).RetryAfterSeconds.ShouldNotBeNull();

        await follows[0].DisposeAsync();
        await using var another = Follow(streams, new("demo", "/a"));
        await Next(another);
        foreach (var follow in follows)
        {
            await follow.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_ring_goes_a_minute_after_its_last_follower()
    {
        var time = new ManualTime();
        await using var node = TestNode.Create(ConnectionString, time: time);
        await Append("/a", Event());
        var follow = Follow(node.In(Project), new("demo", "/a"));
        await Next(follow);
        await follow.DisposeAsync();

        time.Advance(TimeSpan.FromSeconds(59));
        node.Live.Followed().Length.ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(1));
        node.Live.Followed().ShouldBeEmpty();
    }

    private static IAsyncEnumerator<StreamBatch> Follow(IStreamsApi streams, FollowRequest request) =>
        streams.FollowAsync(request, InTime).GetAsyncEnumerator(InTime);

    private static async Task<StreamBatch> Next(IAsyncEnumerator<StreamBatch> follow)
    {
        (await follow.MoveNextAsync()).ShouldBeTrue();
        return follow.Current;
    }

    private static async Task<List<long>> Take(IAsyncEnumerator<StreamBatch> follow, int total)
    {
        var seen = new List<long>();
        while (seen.Count < total)
        {
            seen.AddRange((await Next(follow)).Events.Select(committed => committed.Offset));
        }

        return seen;
    }
}
