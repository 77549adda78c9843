using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>
/// Started at a random moment during appends, cut at random and resumed at ids it saw, on either of two nodes, a follow
/// yields each event once and in order (requirements S-91 and S-95, test S-T4).
/// </summary>
public sealed class FollowPropertyTests(StreamsDatabase database) : StreamsTest(database)
{
    private const int Total = 600;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Each_event_comes_once_in_order(int seed)
    {
        var random = new Random(seed);
        await Append("/a", Event("wanted/0"));
        await using var other = await TestNode.StartAsync(ConnectionString, options => options.Hints = seed % 3 != 0);
        IStreamsApi[] nodes = [Streams, other.In(Project)];
        var filter = seed % 2 == 0 ? new EventFilter { Types = ["wanted/*"] } : null;
        var writing = WriteAsync(nodes, new Random(seed + 1_000));
        var started = random.Next(2) == 0 ? 0L : random.Next(1, 3);

        var seen = new List<StreamEvent>();
        var cursor = started;
        while (cursor < Total)
        {
            await using var follow = nodes[random.Next(2)]
                .FollowAsync(new("demo", "/a", AfterOffset: cursor, Filter: filter), InTime).GetAsyncEnumerator(InTime);
            var ids = new List<(long Cursor, int Seen)> { (cursor, seen.Count) };
            for (var batches = random.Next(1, 8); batches > 0 && cursor < Total; batches--)
            {
                (await follow.MoveNextAsync()).ShouldBeTrue();
                seen.AddRange(follow.Current.Events);
                cursor = follow.Current.ScannedThroughOffset;
                ids.Add((cursor, seen.Count));
            }

            // The connection broke, and what came after some id never arrived.
            var (resumeAt, kept) = ids[random.Next(ids.Count)];
            if (cursor < Total)
            {
                seen.RemoveRange(kept, seen.Count - kept);
                cursor = resumeAt;
            }
        }

        await writing;
        var log = (await ReadAll("/a")).Where(written => written.Offset > started && (filter is null || written.Type.StartsWith("wanted/", StringComparison.Ordinal)));
        seen.Select(Position).ShouldBe(log.Select(Position));
    }

    private static (long Offset, string Type) Position(StreamEvent written) => (written.Offset, written.Type);

    // The last one matches every filter, so that a filtered reader comes to the end without waiting for its progress.
    private static Task WriteAsync(IStreamsApi[] nodes, Random random) => Task.Run(async () =>
    {
        for (var next = 3; next <= Total;)
        {
            var size = Math.Min(random.Next(1, 25), Total - next + 1);
            EventInput[] events = [.. Enumerable.Range(next, size).Select(offset => Event(
                offset == Total || random.Next(3) == 0 ? $"wanted/{offset % 5}" : $"noise/{offset % 5}", new { offset }))];
            await nodes[random.Next(nodes.Length)].AppendAsync(new("demo", "/a", events), InTime);
            next += size;
        }
    }, InTime);
}
