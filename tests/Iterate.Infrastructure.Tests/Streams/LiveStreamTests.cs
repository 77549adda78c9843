using Iterate.Infrastructure.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

public sealed class LiveStreamTests
{
    private int _reads;

    [Fact]
    public void Followers_within_the_ring_read_no_log()
    {
        var ring = Ring();
        ring.Hint(10);
        ring.Append(Rings.Events(11, 20));

        for (var follower = 0; follower < 500; follower++)
        {
            ring.TryRead(10 + (follower % 10), wanted: null, 200, 1_000_000).ShouldNotBeNull().ScannedThroughOffset.ShouldBe(20);
        }

        _reads.ShouldBe(0);
    }

    [Fact]
    public void A_cursor_before_the_ring_needs_the_log()
    {
        var ring = Ring();
        ring.Hint(10);
        ring.Append(Rings.Events(11, 20));

        ring.TryRead(9, wanted: null, 200, 1_000_000).ShouldBeNull();
    }

    [Fact]
    public void The_ring_keeps_the_newest_events_only()
    {
        var ring = Ring();
        ring.Hint(0);
        ring.Append(Rings.Events(1, 3_000));

        ring.TryRead(3_000 - LiveStream.MaxEvents - 1, wanted: null, 1, 1_000).ShouldBeNull();
        ring.TryRead(3_000 - LiveStream.MaxEvents, wanted: null, 1, 1_000).ShouldNotBeNull().ScannedThroughOffset.ShouldBe(3_000 - LiveStream.MaxEvents + 1);
    }

    [Fact]
    public void The_ring_is_bounded_in_bytes()
    {
        var ring = Ring();
        ring.Hint(0);
        ring.Append(Rings.Events(1, 10, bytes: 1024 * 1024));

        ring.TryRead(5, wanted: null, 10, long.MaxValue).ShouldBeNull();
        ring.TryRead(6, wanted: null, 10, long.MaxValue).ShouldNotBeNull().Events.Count.ShouldBe(4);
    }

    [Fact]
    public async Task What_another_node_wrote_is_read_once_for_everybody()
    {
        var ring = Ring();
        ring.Hint(10);
        var changed = Enumerable.Range(0, 100).Select(_ => ring.Changed).ToArray();

        ring.Hint(15);
        await Task.WhenAll(changed).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        ring.Head.ShouldBe(15);
        _reads.ShouldBe(1);
        ring.TryRead(10, wanted: null, 200, 1_000_000).ShouldNotBeNull().Events.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_commit_that_does_not_follow_the_ring_shows_what_is_missing()
    {
        var ring = Ring();
        ring.Hint(10);
        var changed = ring.Changed;

        ring.Append(Rings.Events(14, 15));
        await changed.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        ring.TryRead(10, wanted: null, 200, 1_000_000).ShouldNotBeNull()
            .Events.Select(written => written.Event.Offset).ShouldBe([11, 12, 13, 14, 15]);
    }

    [Fact]
    public void What_is_known_already_changes_nothing()
    {
        var ring = Ring();
        ring.Hint(10);
        ring.Append(Rings.Events(11, 12));
        var changed = ring.Changed;

        ring.Hint(12);
        ring.Hint(5);
        ring.Append(Rings.Events(11, 12));

        changed.IsCompleted.ShouldBeFalse();
        ring.Head.ShouldBe(12);
    }

    [Fact]
    public void A_filtered_read_examines_more_than_it_returns()
    {
        var ring = Ring();
        ring.Hint(0);
        ring.Append(Rings.Events(1, 100));

        var scanned = ring.TryRead(0, written => written.Type is "even", 10, 1_000_000).ShouldNotBeNull();

        scanned.Events.Select(written => written.Event.Offset).ShouldBe(Enumerable.Range(1, 10).Select(number => number * 2L));
        scanned.ScannedThroughOffset.ShouldBe(21);
    }

    private LiveStream Ring() => new(1, (_, after, through) =>
    {
        Interlocked.Increment(ref _reads);
        return Task.FromResult(Rings.Events(after + 1, through));
    });
}
