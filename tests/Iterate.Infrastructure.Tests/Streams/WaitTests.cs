using Iterate.Domain.Api;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>Waiting for an event looks through history, then goes on live, and misses none between (requirement S-84, test S-T15).</summary>
public sealed class WaitTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task History_after_a_cursor_comes_first()
    {
        await Append("/a", Event("x"), Event("y"), Event("x"));

        var response = await Streams.WaitForEventAsync(new("demo", "/a", Types: ["x"], AfterOffset: 2), InTime);

        response.Event.ShouldNotBeNull().Offset.ShouldBe(4);
        response.TimedOut.ShouldBeFalse();
        response.ScannedThroughOffset.ShouldBe(4);
    }

    [Fact]
    public async Task Without_a_cursor_only_what_is_still_to_come_counts()
    {
        await Append("/a", Event("x"));

        var waiting = Streams.WaitForEventAsync(new("demo", "/a", Filter: new() { Payload = JsonText.From(new { wanted = true }) }), InTime);
        while (Node.Live.Followers == 0)
        {
            await Task.Yield();
        }

        await Append("/a", Event("x", new { wanted = false }), Event("x", new { wanted = true, more = 1 }));

        (await waiting).Event.ShouldNotBeNull().Offset.ShouldBe(4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_event_committed_between_scan_and_registration_is_returned(bool onTheSameNode)
    {
        await Append("/a", Event("x"));
        var barrier = new BarrierTime();
        await using var waiter = TestNode.Create(ConnectionString, time: barrier);
        var writer = onTheSameNode ? waiter : Node;
        var request = new AppendRequest("demo", "/a", [Event("y")]);
        barrier.AtNextTimer = () => Task.Run(() => writer.In(Project).AppendAsync(request, InTime));

        var response = await waiter.In(Project).WaitForEventAsync(new("demo", "/a", Types: ["y"], AfterOffset: 0), InTime);

        barrier.AtNextTimer.ShouldBeNull("the event was to be committed at the hand-over");
        response.Event.ShouldNotBeNull().Offset.ShouldBe(3);
    }

    [Fact]
    public async Task Whatever_the_moment_of_the_append_the_wait_sees_it()
    {
        for (var round = 0; round < 60; round++)
        {
            var path = $"/race-{round}";
            await Append(path, Event());
            var appending = Append(path, Event("wanted"));
            var waiting = Streams.WaitForEventAsync(new("demo", path, Types: ["wanted"], AfterOffset: 0), InTime);

            (await waiting).Event.ShouldNotBeNull().Offset.ShouldBe(3);
            await appending;
        }
    }

    [Fact]
    public async Task Running_out_of_time_answers_where_to_continue()
    {
        await Append("/a", Event("x"));
        var time = new ManualTime();
        await using var node = TestNode.Create(ConnectionString, time: time);

        var waiting = node.In(Project).WaitForEventAsync(new("demo", "/a", Types: ["y"], AfterOffset: 0, TimeoutMs: 5_000), InTime);
        while (time.WaitingTimers == 0)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromMilliseconds(4_999));
        waiting.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromMilliseconds(1));

        var response = await waiting;
        response.Event.ShouldBeNull();
        response.TimedOut.ShouldBeTrue();
        response.ScannedThroughOffset.ShouldBe(2);
    }

    [Fact]
    public async Task No_time_at_all_is_one_look()
    {
        await Append("/a", Event("x"));

        (await Streams.WaitForEventAsync(new("demo", "/a", AfterOffset: 1, TimeoutMs: 0), InTime)).Event.ShouldNotBeNull();
        (await Streams.WaitForEventAsync(new("demo", "/a", AfterOffset: 2, TimeoutMs: 0), InTime)).ShouldBe(new(TimedOut: true, 2));
    }

    [Fact]
    public async Task A_node_that_stops_sends_its_waiters_elsewhere()
    {
        await Append("/a", Event("x"));
        await using var node = TestNode.Create(ConnectionString);
        var waiting = node.In(Project).WaitForEventAsync(new("demo", "/a"), InTime);
        while (node.Live.Followers == 0)
        {
            await Task.Yield();
        }

        node.BeginStopping();

        await Refused(() => waiting, ErrorCodes.Busy);
    }

    [Fact]
    public async Task What_cannot_be_waited_for_is_refused()
    {
        await Append("/a", Event("x"));

        await Refused(() => Streams.WaitForEventAsync(new("demo", "/a", TimeoutMs: 120_001), InTime), ErrorCodes.InvalidInput);
        await Refused(() => Streams.WaitForEventAsync(new("demo", "/a", TimeoutMs: -1), InTime), ErrorCodes.InvalidInput);
        await Refused(() => Streams.WaitForEventAsync(new("demo", "/a", Types: ["x"], Filter: new() { Types = ["x"] }), InTime), ErrorCodes.InvalidInput);
        await Refused(() => Streams.WaitForEventAsync(new("demo", "/a", AfterOffset: 3), InTime), ErrorCodes.CursorAhead);
        await Refused(() => Streams.WaitForEventAsync(new("demo", "/none"), InTime), ErrorCodes.NotFound);
    }

    /// <summary>A clock that does something when the next timer is made, before whoever makes it goes on.</summary>
    private sealed class BarrierTime : TimeProvider
    {
        public Func<Task>? AtNextTimer { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (AtNextTimer is { } act)
            {
                AtNextTimer = null;
                act().GetAwaiter().GetResult();
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
