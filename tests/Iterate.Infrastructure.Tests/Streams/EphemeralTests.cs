using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>Ephemeral frames (requirements S-102 to S-105).</summary>
public sealed class EphemeralTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task Connected_followers_that_asked_get_it_and_the_log_does_not()
    {
        await Append("/a", Event());
        await Send("/a", "too-early");
        await using var asked = Follow(Streams, ephemeral: true);
        await using var silent = Follow(Streams, ephemeral: false);
        await Next(asked);
        await Next(silent);

        var sent = await Send("/a", "  typing ", new { text = "Hel" });

        var frame = (await Next(asked)).Ephemeral.ShouldNotBeNull().Single();
        (frame.Name, frame.Payload.Text, frame.SentAt, frame.Dropped).ShouldBe(("typing", """{"text":"Hel"}""", sent.SentAt, null));
        await Append("/a", Event());
        (await Next(silent)).Ephemeral.ShouldBeNull();
        (await ReadAll("/a")).Count.ShouldBe(3);
        await using var late = Follow(Streams, ephemeral: true);
        (await Next(late)).Ephemeral.ShouldBeNull();
    }

    [Fact]
    public async Task Followers_of_other_nodes_get_it_once_and_in_order()
    {
        await Append("/a", Event());
        await using var other = await TestNode.StartAsync(ConnectionString);
        var there = other.In(Project);
        await using var here = Follow(Streams, ephemeral: true);
        await using var afar = Follow(there, ephemeral: true);
        await Next(here);
        await Next(afar);
        await other.Listening;

        for (var number = 0; number < 40; number++)
        {
            await Send("/a", $"delta/{number}");
        }

        var expected = Enumerable.Range(0, 40).Select(number => $"delta/{number}").ToList();
        (await Take(here, 40)).Select(frame => frame.Name).ShouldBe(expected);
        (await Take(afar, 40)).Select(frame => frame.Name).ShouldBe(expected);
        await there.SendEphemeralAsync(new("demo", "/a", "back"), InTime);
        (await Next(here)).Ephemeral.ShouldNotBeNull().Single().Name.ShouldBe("back");
    }

    [Fact]
    public async Task What_comes_too_fast_is_dropped_and_counted_on_every_node()
    {
        await Append("/a", Event());
        await using var other = await TestNode.StartAsync(ConnectionString);
        await using var here = Follow(Streams, ephemeral: true);
        await using var afar = Follow(other.In(Project), ephemeral: true);
        await Next(here);
        await Next(afar);

        // Frames reach those who are connected, and a node is that once it listens.
        await other.Listening;

        for (var number = 1; number <= 500; number++)
        {
            await Send("/a", $"delta/{number}");
        }

        foreach (var follow in new[] { here, afar })
        {
            var frames = await Take(follow, "delta/500");
            frames.Count.ShouldBeLessThan(500);
            (frames.Count + frames.Sum(frame => frame.Dropped ?? 0)).ShouldBe(500);
        }
    }

    [Fact]
    public async Task Rows_between_nodes_go_after_a_minute()
    {
        await Append("/a", Event());
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var node = await TestNode.StartAsync(ConnectionString, time: time);
        await node.In(Project).SendEphemeralAsync(new("demo", "/a", "delta"), InTime);
        while (await RowsAsync() == 0)
        {
            InTime.ThrowIfCancellationRequested();
        }

        var since = time.GetUtcNow();
        while (await RowsAsync() > 0)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        (time.GetUtcNow() - since).ShouldBeGreaterThan(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Names_payloads_and_streams_are_checked()
    {
        await Append("/a", Event());

        await Refused(() => Send("/none", "typing"), ErrorCodes.NotFound);
        await Refused(() => Send("/a", "stream/paused"), ErrorCodes.InvalidInput);
        await Refused(() => Send("/a", " "), ErrorCodes.InvalidInput);
        await Refused(() => Send("/a", "a\nb"), ErrorCodes.InvalidInput);
        await Refused(() => Send("/a", new string('x', 201)), ErrorCodes.InvalidInput);
        await Refused(() => Streams.SendEphemeralAsync(new("demo", "/a", "x") { Payload = JsonText.FromTrusted("""{"a":"\u0000"}""") }, InTime), ErrorCodes.InvalidInput);
        var empty = AdmittedFrame.Admit("x", JsonText.From(""), DateTimeOffset.UnixEpoch).Bytes;
        await Send("/a", "x", new string('y', AdmittedFrame.MaxBytes - empty));
        await Refused(() => Send("/a", "x", new string('y', AdmittedFrame.MaxBytes - empty + 1)), ErrorCodes.PayloadTooLarge);
    }

    private Task<SendEphemeralResponse> Send(string path, string name, object? payload = null) =>
        Streams.SendEphemeralAsync(new("demo", path, name) { Payload = payload is null ? default : JsonText.From(payload) }, InTime);

    private static IAsyncEnumerator<StreamBatch> Follow(IStreamsApi streams, bool ephemeral) =>
        streams.FollowAsync(new("demo", "/a", Ephemeral: ephemeral), InTime).GetAsyncEnumerator(InTime);

    private static async Task<StreamBatch> Next(IAsyncEnumerator<StreamBatch> follow)
    {
        (await follow.MoveNextAsync()).ShouldBeTrue();
        return follow.Current;
    }

    private static async Task<List<EphemeralFrame>> Take(IAsyncEnumerator<StreamBatch> follow, int count)
    {
        var frames = new List<EphemeralFrame>();
        while (frames.Count < count)
        {
            frames.AddRange((await Next(follow)).Ephemeral.ShouldNotBeNull());
        }

        return frames;
    }

    private static async Task<List<EphemeralFrame>> Take(IAsyncEnumerator<StreamBatch> follow, string last)
    {
        var frames = new List<EphemeralFrame>();
        while (frames.Count == 0 || frames[^1].Name != last)
        {
            frames.AddRange((await Next(follow)).Ephemeral.ShouldNotBeNull());
        }

        return frames;
    }

    private async Task<long> RowsAsync()
    {
        await using var count = Node.DataSource.CreateCommand(
            "select count(*) from stream_frame f join stream s on s.id = f.stream where s.project_id = $1");
        count.Parameters.Add(new() { Value = Project });
        return (long)(await count.ExecuteScalarAsync(InTime))!;
    }
}
