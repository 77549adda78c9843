using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>The pause gate and the circuit breaker in the log itself (streams.md, section 5; test S-T14).</summary>
public sealed class BreakerTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task The_append_that_overdraws_is_the_last_one()
    {
        await Configure("/trip", burst: 5);
        var first = await Append("/trip", [.. Enumerable.Range(0, 6).Select(number => Event(payload: number))]);

        first.CommittedCount.ShouldBe(6);
        first.Events.Count.ShouldBe(6);
        first.HeadOffset.ShouldBe(10);
        (await ReadAll("/trip")).Select(committed => committed.Type).TakeLast(3).ShouldBe(["test/happened", "stream/breaker-tripped", "stream/paused"]);
        var refusal = await Refused(() => Append("/trip", Event()), ErrorCodes.StreamPaused);
        refusal.Members["reason"].ShouldBe("circuit breaker tripped: burst rate limit exceeded");
        refusal.Members["pausedAtOffset"].ShouldBe(10);
        (await StateOf("/trip")).Breaker.TrippedAtOffset.ShouldBe(9);
    }

    [Fact]
    public async Task Every_append_ordered_after_the_trip_is_refused_on_every_node()
    {
        await using var other = await TestNode.StartAsync(ConnectionString);
        IStreamsApi[] nodes = [Streams, other.In(Project)];
        await Configure("/race", burst: 40);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Task.Run(async () =>
        {
            try
            {
                return (await nodes[number % 2].AppendAsync(new("demo", "/race", [Event(payload: number)]), InTime)).Events[0].Offset;
            }
            catch (ApiException refusal) when (refusal.Code is ErrorCodes.StreamPaused)
            {
                return 0;
            }
        })));

        var log = await ReadAll("/race");
        ShouldBeGapless(log);
        outcomes.Count(offset => offset > 0).ShouldBe(41);
        log.Count.ShouldBe(2 + 41 + 2);
        var trip = log.Single(committed => committed.Type is "stream/breaker-tripped").Offset;
        outcomes.ShouldAllBe(offset => offset < trip);
    }

    [Fact]
    public async Task A_restart_keeps_the_level()
    {
        await Configure("/level", burst: 10);
        await Append("/level", Event(), Event(), Event());
        await using var next = await TestNode.StartAsync(ConnectionString);

        var state = (await next.In(Project).StateAsync(new("demo", "/level"), InTime)).CoreState;

        state.Breaker.AvailableTokens.ShouldBe(7);
    }

    [Fact]
    public async Task Resuming_fills_it_and_may_set_it_in_one_batch()
    {
        await Configure("/again", burst: 1);
        await Append("/again", Event(), Event());

        var resumed = await Streams.ResumeAsync(new("demo", "/again", "go on", BurstCapacity: 7, RefillPerMinute: 1), InTime);

        resumed.Events.Select(committed => committed.Type).ShouldBe(["stream/resumed", "stream/breaker-configured"]);
        (await StateOf("/again")).Breaker.AvailableTokens.ShouldBe(7);
        await Append("/again", Event());
    }

    [Fact]
    public async Task Pausing_and_resuming_twice_write_once()
    {
        await Append("/twice", Event());

        (await Streams.PauseAsync(new("demo", "/twice", "lunch"), InTime)).Events.Single().Type.ShouldBe("stream/paused");
        (await Streams.PauseAsync(new("demo", "/twice", "dinner"), InTime)).Events.ShouldBeEmpty();
        (await StateOf("/twice")).PauseReason.ShouldBe("lunch");
        (await Streams.ResumeAsync(new("demo", "/twice"), InTime)).Events.Single().Type.ShouldBe("stream/resumed");
        (await Streams.ResumeAsync(new("demo", "/twice"), InTime)).Events.ShouldBeEmpty();
        (await Streams.ResumeAsync(new("demo", "/twice", BurstCapacity: 3, RefillPerMinute: 3), InTime))
            .Events.Single().Type.ShouldBe("stream/breaker-configured");
        await Refused(() => Streams.ResumeAsync(new("demo", "/twice", BurstCapacity: 3), InTime), ErrorCodes.InvalidInput);
        await Refused(() => Streams.ConfigureBreakerAsync(new("demo", "/twice", 0, 1), InTime), ErrorCodes.InvalidEvent);
    }

    [Fact]
    public async Task A_batch_may_open_a_paused_stream_and_use_it()
    {
        await Append("/open", Event("stream/paused"));

        (await Append("/open", Event("stream/resumed"), Event())).CommittedCount.ShouldBe(2);

        await Refused(() => Append("/open", Event("stream/paused"), Event()), ErrorCodes.StreamPaused);
        (await StateOf("/open")).Paused.ShouldBeFalse();
    }

    private async Task Configure(string path, int burst)
    {
        await Streams.CreateAsync(new("demo", path), InTime);
        await Streams.ConfigureBreakerAsync(new("demo", path, burst, RefillPerMinute: 1), InTime);
    }
}
