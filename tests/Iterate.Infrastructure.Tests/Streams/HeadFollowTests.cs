using Iterate.Domain.Api;
using Iterate.Infrastructure.Streams;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>Heads without events (requirement S-97).</summary>
public sealed class HeadFollowTests
{
    private readonly ManualTime _time = new();
    private readonly LiveStream _ring = Rings.At(10);

    [Fact(Timeout = 30_000)]
    public async Task The_head_comes_at_once_and_then_at_most_four_times_a_second()
    {
        var follow = new HeadFollow(_ring, new StreamRow(1, "str_1", 10), _time);
        (await NextAsync(follow)).HeadOffset.ShouldBe(10);
        var heads = new List<long>();

        for (var burst = 0; burst < 4; burst++)
        {
            var next = NextAsync(follow);
            for (var append = 0; append < 50; append++)
            {
                _ring.Append(Rings.Events(_ring.Head + 1, _ring.Head + 1));
            }

            while (_time.WaitingTimers == 0)
            {
                await Task.Yield();
            }

            _time.Advance(TimeSpan.FromMilliseconds(249));
            next.IsCompleted.ShouldBeFalse();
            _time.Advance(TimeSpan.FromMilliseconds(1));
            var batch = await next;
            batch.Events.ShouldBeEmpty();
            heads.Add(batch.HeadOffset);
        }

        heads.ShouldBe([60, 110, 160, 210]);
    }

    [Fact(Timeout = 30_000)]
    public async Task After_a_pause_the_head_comes_without_delay()
    {
        var follow = new HeadFollow(_ring, new StreamRow(1, "str_1", 10), _time);
        await NextAsync(follow);
        var next = NextAsync(follow);
        _time.Advance(TimeSpan.FromSeconds(1));

        _ring.Append(Rings.Events(11, 11));

        (await next).HeadOffset.ShouldBe(11);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_deleted_stream_ends_it()
    {
        var follow = new HeadFollow(_ring, new StreamRow(1, "str_1", 10), _time);
        await NextAsync(follow);
        var next = NextAsync(follow);

        _ring.End(ErrorCodes.StreamDeleted);

        (await next.ShouldThrowAsync<ApiException>()).Code.ShouldBe(ErrorCodes.StreamDeleted);
    }

    private static Task<StreamBatch> NextAsync(HeadFollow follow) => follow.NextAsync(TestContext.Current.CancellationToken);
}
