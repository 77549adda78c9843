using Iterate.Domain.Api;
using Iterate.Infrastructure.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>Runs when nothing else does, because it weighs the process.</summary>
[CollectionDefinition(nameof(SlowFollowerTests), DisableParallelization = true)]
public sealed class SlowFollowerCollection;

/// <summary>Followers that do not read (requirements S-93 and S-94, test S-T13).</summary>
[Collection(nameof(SlowFollowerTests))]
public sealed class SlowFollowerTests(StreamsDatabase database) : StreamsTest(database)
{
    private const int Followers = 500;
    private const int Events = 4_000;
    private const int KiB = 1024;

    [Fact]
    public async Task They_hold_a_cursor_and_nothing_else_and_resume_exactly()
    {
        await Append("/a", Event());
        await WriteAsync(Events);
        var empty = Weight();

        var follows = await Task.WhenAll(Enumerable.Range(0, Followers).Select(_ => BeginAsync()));
        var following = Weight();
        await WriteAsync(Events);
        var behind = Weight();

        ((following - empty) / Followers).ShouldBeLessThan(64 * KiB);

        // Eight megabytes more are in the log; here there may be the ring, and what else a process gathers meanwhile.
        (behind - following).ShouldBeLessThan(LiveStream.MaxBytes + (2 * KiB * KiB));
        foreach (var follow in follows.Where((_, index) => index % 100 == 0))
        {
            var cursor = follow.Current.ScannedThroughOffset;
            while (cursor < 2 + (2 * Events))
            {
                (await follow.MoveNextAsync()).ShouldBeTrue();
                follow.Current.Events.Select(written => written.Offset)
                    .ShouldBe(Enumerable.Range(1, follow.Current.Events.Count).Select(number => cursor + number));
                cursor = follow.Current.ScannedThroughOffset;
            }
        }

        foreach (var follow in follows)
        {
            await follow.DisposeAsync();
        }
    }

    private async Task<IAsyncEnumerator<StreamBatch>> BeginAsync()
    {
        var follow = Streams.FollowAsync(new("demo", "/a"), InTime).GetAsyncEnumerator(InTime);
        (await follow.MoveNextAsync()).ShouldBeTrue();
        return follow;
    }

    private async Task WriteAsync(int events)
    {
        var filling = new string('x', 2 * KiB);
        for (var written = 0; written < events; written += 200)
        {
            await Append("/a", [.. Enumerable.Range(written, 200).Select(number => Event(payload: new { number, filling }))]);
        }
    }

    private static long Weight()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
