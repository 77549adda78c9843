using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Streams;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>What a follow sends when, on a clock that the test moves (requirements S-89, S-92, S-93 and S-102).</summary>
public sealed class EventFollowTests
{
    private readonly ManualTime _time = new();
    private readonly LiveStream _ring = Rings.At(10);

    [Fact(Timeout = 30_000)]
    public async Task A_filtered_reader_learns_every_fifteen_seconds_how_far_the_stream_has_gone()
    {
        var follow = Follow(new("demo", "/a", Filter: new() { Types = ["even"] }));
        await Next(follow);

        var progress = Next(follow);
        _ring.Append(Rings.Events(11, 11));
        await WaitingAsync();
        _time.Advance(TimeSpan.FromSeconds(15) - TimeSpan.FromTicks(1));
        progress.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromTicks(1));

        var batch = await progress;
        batch.Events.ShouldBeEmpty();
        (batch.ScannedThroughOffset, batch.HeadOffset, batch.Skipped).ShouldBe((11, 11, 1));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_reader_who_missed_nothing_is_told_nothing()
    {
        var follow = Follow(new("demo", "/a", Filter: new() { Types = ["even"] }));
        await Next(follow);

        var next = Next(follow);
        _time.Advance(TimeSpan.FromMinutes(5));
        next.IsCompleted.ShouldBeFalse();
        _time.WaitingTimers.ShouldBe(0);

        _ring.Append(Rings.Events(11, 12));
        var batch = await next;
        (batch.Events.Single().Offset, batch.Skipped).ShouldBe((12, 1));
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_skipped_and_what_is_sent_add_up_to_the_cursor()
    {
        _ring.Append(Rings.Events(11, 1_000));
        var follow = Follow(new("demo", "/a", AfterOffset: 10, Filter: new() { Types = ["odd"] }));

        var cursor = 10L;
        while (cursor < 999)
        {
            var batch = await Next(follow);
            batch.Events.Count.ShouldBeLessThanOrEqualTo(EventFollow.MaxEvents);
            (cursor + batch.Events.Count + (batch.Skipped ?? 0)).ShouldBe(batch.ScannedThroughOffset);
            cursor = batch.ScannedThroughOffset;
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Events_wait_in_the_ring_and_not_in_the_follow()
    {
        var follow = Follow(new("demo", "/a"));
        await Next(follow);

        _ring.Append(Rings.Events(11, 300));
        _ring.Append(Rings.Events(301, 320));

        (await Next(follow)).Events.Select(written => written.Offset).ShouldBe(Enumerable.Range(11, 200).Select(offset => (long)offset));
        (await Next(follow)).Events.Count.ShouldBe(110);
    }

    [Fact(Timeout = 30_000)]
    public async Task Frames_come_with_the_events_and_alone()
    {
        var follow = Follow(new("demo", "/a", Ephemeral: true));
        _ring.Frames.Add(Frame("before"));
        await Next(follow);

        var next = Next(follow);
        _ring.Frames.Add(Frame("typing"));
        var alone = await next;
        _ring.Frames.Add(Frame("typing-more"));
        _ring.Append(Rings.Events(11, 11));
        var together = await Next(follow);

        alone.Events.ShouldBeEmpty();
        alone.Ephemeral.ShouldNotBeNull().Single().Name.ShouldBe("typing");
        alone.Cursor.ShouldBe("10");
        together.Events.Single().Offset.ShouldBe(11);
        together.Ephemeral.ShouldNotBeNull().Single().Name.ShouldBe("typing-more");
    }

    [Fact(Timeout = 30_000)]
    public async Task Events_and_frames_together_stay_within_the_size_of_a_batch()
    {
        var follow = Follow(new("demo", "/a", Ephemeral: true));
        await Next(follow);
        _ring.Append(Rings.Events(11, 11, bytes: 1024 * 1024 - 70_000));
        _ring.Frames.Add(Frame("first", bytes: 60_000));
        _ring.Frames.Add(Frame("second", bytes: 60_000));

        (await Next(follow)).Ephemeral.ShouldNotBeNull().Select(frame => frame.Name).ShouldBe(["first"]);
        (await Next(follow)).Ephemeral.ShouldNotBeNull().Select(frame => frame.Name).ShouldBe(["second"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_did_not_ask_for_frames_gets_none()
    {
        var follow = Follow(new("demo", "/a"));
        await Next(follow);
        var next = Next(follow);

        _ring.Frames.Add(Frame("typing"));
        _ring.Append(Rings.Events(11, 11));

        (await next).Ephemeral.ShouldBeNull();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stream_that_ends_ends_its_waiting_follows_with_the_code()
    {
        var follow = Follow(new("demo", "/a"));
        await Next(follow);
        var next = Next(follow);

        _ring.End(ErrorCodes.StreamDeleted);

        (await next.ShouldThrowAsync<ApiException>()).Code.ShouldBe(ErrorCodes.StreamDeleted);
    }

    private EventFollow Follow(FollowRequest request) => new(dataSource: null!, _ring, new StreamRow(1, "str_1", 10), request, _time, Rings.Metrics);

    private static Task<StreamBatch> Next(EventFollow follow) => follow.NextAsync(TestContext.Current.CancellationToken);

    private async Task WaitingAsync()
    {
        while (_time.WaitingTimers == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static AdmittedFrame Frame(string name, int bytes = 100) =>
        new(new() { Name = name, SentAt = DateTimeOffset.UnixEpoch }, bytes);
}
