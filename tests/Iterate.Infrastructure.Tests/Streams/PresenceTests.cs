using Iterate.Domain.Api;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>Who views a stream (requirement S-106).</summary>
public sealed class PresenceTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task Followers_of_all_nodes_are_listed_while_they_follow_and_the_log_stays_as_it_is()
    {
        await Append("/a", Event());
        await using var other = await TestNode.StartAsync(ConnectionString);
        await using var presence = Watch(Streams);
        (await Next(presence)).Viewers.ShouldBeEmpty();

        await using var ada = await FollowAsync(Node.In(Project, await PersonAsync("Ada", CallSurface.Hub)));
        var first = (await Next(presence)).Viewers.Single();
        await using var bob = await FollowAsync(other.In(Project, await PersonAsync("Bob", CallSurface.Cli)));
        var both = await Next(presence);

        (first.DisplayName, first.Surface).ShouldBe(("Ada", CallSurface.Hub));
        both.Viewers.Select(viewer => (viewer.DisplayName, viewer.Surface)).ShouldBe([("Ada", CallSurface.Hub), ("Bob", CallSurface.Cli)]);
        both.Viewers[0].ShouldBe(first);
        await bob.DisposeAsync();
        (await Next(presence)).Viewers.ShouldBe([first]);
        (await ReadAll("/a")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Whoever_follows_twice_is_one_viewer_until_the_last_follow_ends()
    {
        await Append("/a", Event());
        var ada = await PersonAsync("Ada", CallSurface.Ui);
        await using var left = await FollowAsync(Node.In(Project, ada));
        var right = await FollowAsync(Node.In(Project, ada));
        await using var phone = await FollowAsync(Node.In(Project, ada with { Surface = CallSurface.Hub }));
        await using var presence = Watch(Streams);
        while ((await Next(presence)).Viewers.Count < 2)
        {
            // A list may be told between the two arrivals.
        }

        presence.Current.Viewers.Select(viewer => viewer.Surface).ShouldBe([CallSurface.Ui, CallSurface.Hub], ignoreOrder: true);

        await right.DisposeAsync();
        await phone.DisposeAsync();

        (await Next(presence)).Viewers.ShouldHaveSingleItem().Surface.ShouldBe(CallSurface.Ui);
    }

    [Fact]
    public async Task A_viewer_of_a_dead_node_expires_after_thirty_seconds_and_a_living_one_does_not()
    {
        await Append("/a", Event());
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var node = await TestNode.StartAsync(ConnectionString, time: time);
        await InsertViewerOfDeadNodeAsync(await PersonAsync("Ghost", CallSurface.Hub), time.GetUtcNow());
        await using var presence = Watch(node.In(Project));
        var living = await FollowAsync(node.In(Project, await PersonAsync("Ada", CallSurface.Hub)));
        var began = time.GetUtcNow();

        while ((await NextAsync(presence, time)).Viewers is not [{ DisplayName: "Ada" }])
        {
            (time.GetUtcNow() - began).ShouldBeLessThan(TimeSpan.FromMinutes(2));
        }

        (time.GetUtcNow() - began).ShouldBeGreaterThan(TimeSpan.FromSeconds(30));
        for (var second = 0; second < 60; second++)
        {
            await AdvanceAsync(time);
        }

        await living.DisposeAsync();
        var last = presence.MoveNextAsync().AsTask();
        while (!last.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        (await last).ShouldBeTrue();
        presence.Current.Viewers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stream_that_is_not_there_has_no_presence() =>
        await Refused(() => Next(Watch(Streams)), ErrorCodes.NotFound);

    private static IAsyncEnumerator<PresenceList> Watch(IStreamsApi streams) =>
        streams.PresenceAsync(new("demo", "/a"), InTime).GetAsyncEnumerator(InTime);

    private static async Task<PresenceList> Next(IAsyncEnumerator<PresenceList> presence)
    {
        (await presence.MoveNextAsync()).ShouldBeTrue();
        return presence.Current;
    }

    private async Task<PresenceList> NextAsync(IAsyncEnumerator<PresenceList> presence, ManualTime time)
    {
        var next = presence.MoveNextAsync().AsTask();
        while (!next.IsCompleted)
        {
            await AdvanceAsync(time);
        }

        (await next).ShouldBeTrue();
        return presence.Current;
    }

    private static async Task<IAsyncEnumerator<StreamBatch>> FollowAsync(IStreamsApi streams)
    {
        var follow = streams.FollowAsync(new("demo", "/a"), InTime).GetAsyncEnumerator(InTime);
        (await follow.MoveNextAsync()).ShouldBeTrue();
        return follow;
    }

    private async Task<Caller> PersonAsync(string name, CallSurface surface)
    {
        var id = $"usr_{name}_{Project}";
        await using var insert = Node.DataSource.CreateCommand(
            "insert into app_user (id, name, email, system_role, created_at, updated_at) values ($1, $2, $1 || '@example.test', 'user', now(), now())");
        insert.Parameters.Add(new() { Value = id });
        insert.Parameters.Add(new() { Value = name });
        await insert.ExecuteNonQueryAsync(InTime);
        return new() { UserId = id, SessionId = $"ses_{name}_{Project}", Surface = surface };
    }

    private async Task InsertViewerOfDeadNodeAsync(Caller caller, DateTimeOffset seenAt)
    {
        await using var insert = Node.DataSource.CreateCommand("""
            insert into stream_viewer (stream, session_id, surface, node, user_id, since, seen_at)
            select id, $2, 'hub', 'dead', $3, $4, $4 from stream where project_id = $1 and path = '/a'
            """);
        insert.Parameters.Add(new() { Value = Project });
        insert.Parameters.Add(new() { Value = caller.SessionId! });
        insert.Parameters.Add(new() { Value = caller.UserId! });
        insert.Parameters.Add(new() { Value = seenAt.UtcDateTime });
        await insert.ExecuteNonQueryAsync(InTime);
    }

    /// <summary>Moves the clock by a second, but never away from a node that still has to refresh its viewer.</summary>
    private async Task AdvanceAsync(ManualTime time)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        while (true)
        {
            await using var seen = Node.DataSource.CreateCommand("select seen_at >= $2 from stream_viewer where session_id = $1");
            seen.Parameters.Add(new() { Value = $"ses_Ada_{Project}" });
            seen.Parameters.Add(new() { Value = (time.GetUtcNow() - TimeSpan.FromSeconds(15)).UtcDateTime });
            if (await seen.ExecuteScalarAsync(InTime) is true)
            {
                return;
            }

            time.Advance(TimeSpan.FromMilliseconds(10));
        }
    }
}
