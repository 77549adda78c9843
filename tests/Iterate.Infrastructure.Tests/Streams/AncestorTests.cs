using Iterate.Domain.Api;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

public sealed class AncestorTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task Every_ancestor_hears_of_a_new_stream_once()
    {
        var created = await Append("/a/b/c", Event());

        (await ChildrenOf(Streams, "/a/b", 1)).ShouldBe(["/a/b/c"]);
        (await ChildrenOf(Streams, "/a", 2)).ShouldBe(["/a/b/c", "/a/b"], ignoreOrder: true);
        (await ChildrenOf(Streams, "/", 3)).ShouldBe(["/a/b/c", "/a/b", "/a"], ignoreOrder: true);
        var announcement = await Streams.GetEventAsync(new("demo", "/a", IdempotencyKey: $"iterate:child:{created.StreamId}"), InTime);
        announcement.Type.ShouldBe("stream/child-stream-created");
    }

    [Fact]
    public async Task A_crash_before_the_announcement_loses_nothing()
    {
        await using var fresh = await TestDatabase.CreateAsync();
        await using (var killed = TestNode.Create(fresh.ConnectionString))
        {
            await killed.In(Project).AppendAsync(new("demo", "/a/b", [Event()]), InTime);
        }

        await using var next = await TestNode.StartAsync(fresh.ConnectionString);

        (await ChildrenOf(next.In(Project), "/", 2)).ShouldBe(["/a/b", "/a"], ignoreOrder: true);
    }

    [Fact]
    public async Task An_announcement_made_twice_is_heard_once()
    {
        await Append("/twice/b", Event());
        await ChildrenOf(Streams, "/twice", 1);
        await using (var again = Node.DataSource.CreateCommand(
            """
            update outbox_job set status = 'pending', archived_at = null, visible_at = now()
            where event_seq in (select seq from outbox_event where project_id = $1)
            """))
        {
            again.Parameters.Add(new Npgsql.NpgsqlParameter<string> { TypedValue = Project });
            await again.ExecuteNonQueryAsync(InTime);
        }

        await AnnouncementsHaveEnded();

        (await ChildrenOf(Streams, "/twice", 1)).ShouldBe(["/twice/b"]);
    }

    [Fact]
    public async Task A_paused_ancestor_accepts_announcements()
    {
        await Append("/paused", Event("stream/paused"));

        await Append("/paused/child", Event());

        (await ChildrenOf(Streams, "/paused", 1)).ShouldBe(["/paused/child"]);
    }

    [Fact]
    public async Task A_project_begins_with_its_root()
    {
        var id = await Node.Log.EnsureStreamAsync(Project, "/", InTime);

        (await Node.Log.EnsureStreamAsync(Project, "/", InTime)).ShouldBe(id);
        var log = await ReadAll("/");
        log.Single().Type.ShouldBe("stream/created");
    }

    private static async Task<string[]> ChildrenOf(IStreamsApi streams, string path, int expected)
    {
        var filter = new EventFilter { Types = ["stream/child-stream-created"] };
        while (true)
        {
            try
            {
                var page = await streams.ReadAsync(new("demo", path, Filter: filter), InTime);
                if (page.Events.Count >= expected)
                {
                    return [.. page.Events.Select(committed => committed.Payload.ToDocument().RootElement.GetProperty("childPath").GetString()!)];
                }
            }
            catch (ApiException exception) when (exception.Status == 404)
            {
                // Not announced yet, so not created yet.
            }

            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task AnnouncementsHaveEnded()
    {
        while (true)
        {
            await using var pending = Node.DataSource.CreateCommand("select count(*) from outbox_job where archived_at is null");
            if (await pending.ExecuteScalarAsync(InTime) is 0L)
            {
                return;
            }
        }
    }
}
