using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Streams;
using Iterate.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>What a node measures of its event log, each instrument by what it says of something that happened (requirement S-193).</summary>
public sealed class MetricsTests(StreamsDatabase database) : StreamsTest(database)
{
    private const int Loops = 3;

    private readonly ManualTime _time = new();

    [Fact]
    public async Task There_are_these_instruments_and_no_others()
    {
        await using var node = CreateNode();
        using var measured = new Measurements(node);
        node.In(Project).ShouldNotBeNull();

        measured.Units.ToDictionary(StringComparer.Ordinal).ShouldBe(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["iterate.streams.events.appended"] = "{event}",
            ["iterate.streams.append.duration"] = "s",
            ["iterate.streams.append.refusals"] = "{append}",
            ["iterate.streams.dedupe.hits"] = "{event}",
            ["iterate.streams.drain.size"] = "{event}",
            ["iterate.streams.queue.depth"] = "{append}",
            ["iterate.streams.followers"] = "{follower}",
            ["iterate.streams.ring.hits"] = "{read}",
            ["iterate.streams.ring.misses"] = "{read}",
            ["iterate.streams.hints.sent"] = "{hint}",
            ["iterate.streams.poll.catches"] = "{stream}",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task Appends_are_counted_by_the_events_they_commit_and_those_that_were_there()
    {
        await using var node = CreateNode();
        using var measured = new Measurements(node);
        var streams = node.In(Project);

        await streams.AppendAsync(new("demo", "/a", [Event(key: "k"), Event(), Event()]), InTime);
        await streams.AppendAsync(new("demo", "/a", [Event(key: "k"), Event()]), InTime);

        measured.Sum("iterate.streams.events.appended").ShouldBe(5, "stream/created is one of them");
        measured.Sum("iterate.streams.dedupe.hits").ShouldBe(1);
        measured.Of("iterate.streams.drain.size").Select(drain => drain.Value).ShouldBe([3, 2]);
        ShouldNameNobody(measured);
    }

    [Fact]
    public async Task What_a_restore_brings_back_is_counted_once()
    {
        await using var node = CreateNode();
        using var measured = new Measurements(node);
        var streams = node.In(Project);
        var import = await streams.ImportStartAsync(new("demo", "/copy", ImportMode.Restore), InTime);
        const string Lines = """
            {"offset":1,"type":"stream/created","payload":{"projectId":"prj_old","path":"/old"},"createdAt":"2026-01-01T00:00:00.000Z"}
            {"offset":2,"type":"x","createdAt":"2026-01-01T00:00:00.001Z"}

            """;

        await streams.ImportChunkAsync(new("demo", import.Id, 1, Lines), InTime);
        await streams.ImportChunkAsync(new("demo", import.Id, 1, Lines), InTime);

        measured.Sum("iterate.streams.events.appended").ShouldBe(2);
    }

    [Fact]
    public async Task The_duration_of_an_append_lasts_until_its_answer_and_its_queue_is_seen_meanwhile()
    {
        await using var node = CreateNode();
        var streams = node.In(Project);
        await streams.AppendAsync(new("demo", "/a", [Event()]), InTime);
        using var measured = new Measurements(node);
        await using var connection = await Node.DataSource.OpenConnectionAsync(InTime);
        await using var transaction = await connection.BeginTransactionAsync(InTime);
        await using var hold = new NpgsqlCommand("select id from stream where project_id = $1 for update", connection, transaction) { Parameters = { new() { Value = Project } } };
        await hold.ExecuteNonQueryAsync(InTime);

        var first = streams.AppendAsync(new("demo", "/a", [Event()]), InTime);
        await WaitForLockAsync(node);
        var behind = Enumerable.Range(0, 2).Select(_ => streams.AppendAsync(new("demo", "/a", [Event()]), InTime)).ToArray();
        measured.Observe();
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await transaction.RollbackAsync(InTime);
        await first;
        await Task.WhenAll(behind);

        var depths = measured.Of("iterate.streams.queue.depth");
        depths.Select(depth => (int)depth.Tags[StreamsMetrics.Loop]!).ShouldBe(Enumerable.Range(0, Loops));
        depths.Select(depth => depth.Value).Order().ShouldBe([0, 0, 2]);
        measured.Of("iterate.streams.append.duration").Select(append => append.Value).ShouldBe([0.25, 0.25, 0.25]);
        measured.Of("iterate.streams.drain.size").Select(drain => drain.Value).ShouldBe([1, 2]);
        ShouldNameNobody(measured);
    }

    [Fact]
    public async Task Refusals_are_counted_by_their_code_wherever_they_come_from()
    {
        await using var node = CreateNode();
        var streams = node.In(Project);
        await streams.AppendAsync(new("demo", "/a", [Event()]), InTime);
        using var measured = new Measurements(node);

        await Refused(() => streams.AppendAsync(new("demo", "/A", [Event()]), InTime), ErrorCodes.InvalidPath);
        await Refused(() => streams.AppendAsync(new("demo", "/a", [Event(type: "")]), InTime), ErrorCodes.InvalidEvent);
        await Refused(() => streams.AppendAsync(new("demo", "/a", [Event(offset: 9)]), InTime), ErrorCodes.OffsetConflict);
        await streams.AppendManyAsync(new("demo", [new("/a", [Event(offset: 9)]), new("/b", [Event()])]), InTime);

        measured.Of("iterate.streams.append.refusals").Select(refusal => refusal.Tags[StreamsMetrics.ErrorType]).ShouldBe(
            [ErrorCodes.InvalidPath, ErrorCodes.InvalidEvent, ErrorCodes.OffsetConflict, ErrorCodes.OffsetConflict]);
        measured.Of("iterate.streams.append.duration").Select(append => append.Tags.GetValueOrDefault(StreamsMetrics.ErrorType)).ShouldBe(
            [ErrorCodes.OffsetConflict, ErrorCodes.OffsetConflict, null], ignoreOrder: true);
        ShouldNameNobody(measured);
    }

    [Fact]
    public async Task Followers_and_what_they_read_are_counted()
    {
        await using var node = CreateNode();
        using var measured = new Measurements(node);
        var streams = node.In(Project);
        await streams.AppendAsync(new("demo", "/a", [Event(), Event()]), InTime);

        await using (var follow = streams.FollowAsync(new("demo", "/a", AfterOffset: 0), InTime).GetAsyncEnumerator(InTime))
        {
            await follow.MoveNextAsync();
            (measured.Sum("iterate.streams.ring.misses"), measured.Sum("iterate.streams.ring.hits")).ShouldBe((1, 0));
            await streams.AppendAsync(new("demo", "/a", [Event()]), InTime);
            await follow.MoveNextAsync();
            follow.Current.Events.Single().Offset.ShouldBe(4);
            (measured.Sum("iterate.streams.ring.misses"), measured.Sum("iterate.streams.ring.hits")).ShouldBe((1, 1));
            measured.Observe();
        }

        measured.Observe();
        measured.Of("iterate.streams.followers").Select(followers => followers.Value).ShouldBe([1, 0]);
        ShouldNameNobody(measured);
    }

    [Fact]
    public async Task A_hint_is_counted_when_it_was_sent()
    {
        await using var node = await StartAsync();
        using var measured = new Measurements(node);

        await node.In(Project).AppendAsync(new("demo", "/a", [Event()]), InTime);
        await measured.UntilAsync("iterate.streams.hints.sent", 1, InTime);

        measured.Sum("iterate.streams.hints.sent").ShouldBe(1);
        ShouldNameNobody(measured);
    }

    [Fact]
    public async Task The_poll_counts_what_no_hint_told()
    {
        await Append("/a", Event());
        await using var silent = await TestNode.StartAsync(ConnectionString, options => options.Hints = false);
        await using var node = await StartAsync();
        using var measured = new Measurements(node);
        await using var follow = node.In(Project).FollowAsync(new("demo", "/a"), InTime).GetAsyncEnumerator(InTime);
        await follow.MoveNextAsync();

        await silent.In(Project).AppendAsync(new("demo", "/a", [Event(), Event()]), InTime);
        var inTime = InTime;
        while (measured.Sum("iterate.streams.poll.catches") == 0)
        {
            inTime.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await follow.MoveNextAsync();
        follow.Current.HeadOffset.ShouldBe(4);
        measured.Sum("iterate.streams.poll.catches").ShouldBe(1);
        ShouldNameNobody(measured);
    }

    private Task<TestNode> StartAsync() => TestNode.StartAsync(ConnectionString, Configure, _time);

    // Without what runs in the background, which would append announcements of other tests' streams.
    private TestNode CreateNode() => TestNode.Create(ConnectionString, Configure, _time);

    private static void Configure(StreamsOptions options) => options.WriterLoops = Loops;

    // A closed list of what may be said: a path, a project or an id of a stream is in none of these.
    private static void ShouldNameNobody(Measurements measured)
    {
        measured.All.ShouldNotBeEmpty();
        foreach (var tag in measured.All.SelectMany(value => value.Tags))
        {
            var value = Convert.ToString(tag.Value, CultureInfo.InvariantCulture);
            var allowed = tag.Key switch
            {
                StreamsMetrics.Loop => tag.Value is >= 0 and < Loops,
                StreamsMetrics.ErrorType => ErrorCodes.All.Contains(value),
                _ => false,
            };
            allowed.ShouldBeTrue($"{tag.Key}={value}");
        }
    }
}
