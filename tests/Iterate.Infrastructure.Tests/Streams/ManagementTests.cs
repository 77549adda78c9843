using System.Globalization;
using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>Archiving, deleting, verifying, generating (streams.md, section 10; test S-T18).</summary>
public sealed class ManagementTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task An_archived_stream_is_hidden_and_closed_and_can_be_read()
    {
        await Append("/old", Event(key: "k", payload: new { x = 1 }));

        var archive = (await Streams.ArchiveAsync(new("demo", "/old"), InTime)).Archive;

        archive!.By.ShouldBe("usr_test");
        (await Streams.ArchiveAsync(new("demo", "/old"), InTime)).Archive.ShouldBe(archive);
        await Refused(() => Append("/old", Event()), ErrorCodes.StreamArchived);
        (await Append("/old", Event(key: "k", payload: new { x = 1 }))).CommittedCount.ShouldBe(0);
        (await ReadAll("/old")).Count.ShouldBe(2);
        (await Streams.StateAsync(new("demo", "/old"), InTime)).Archive.ShouldBe(archive);
        (await Streams.ListAsync(new("demo"), InTime)).Streams.ShouldNotContain(stream => stream.Path == "/old");
        (await Streams.ListAsync(new("demo", IncludeArchived: true), InTime)).Streams.Single(stream => stream.Path == "/old").Archived.ShouldBeTrue();

        await Streams.UnarchiveAsync(new("demo", "/old"), InTime);
        (await Append("/old", Event())).HeadOffset.ShouldBe(3);
        (await Streams.StateAsync(new("demo", "/old"), InTime)).Archive.ShouldBeNull();
    }

    [Fact]
    public async Task A_deleted_stream_leaves_a_tombstone_and_no_events()
    {
        var before = await Append("/gone", Event(), Event());
        var id = await InternalIdOf("/gone");

        (await Streams.DeleteAsync(new("demo", "/gone", "/gone"), InTime)).Streams.ShouldBe(1);

        await Refused(() => Append("/gone", Event()), ErrorCodes.StreamDeleted);
        await Refused(() => Streams.AppendAsync(new("demo", "/gone", [Event()], MustExist: true), InTime), ErrorCodes.StreamDeleted);
        await Refused(() => Streams.ReadAsync(new("demo", "/gone"), InTime), ErrorCodes.StreamDeleted);
        await Refused(() => Streams.StateAsync(new("demo", "/gone"), InTime), ErrorCodes.StreamDeleted);
        await Refused(() => Streams.PreviewAppendAsync(new("demo", "/gone", [Event()]), InTime), ErrorCodes.StreamDeleted);
        await Refused(() => Streams.CreateAsync(new("demo", "/gone"), InTime), ErrorCodes.StreamDeleted);
        await Refused(() => Streams.DeleteAsync(new("demo", "/gone", "/gone"), InTime), ErrorCodes.StreamDeleted);
        await EventsAreGone(id);

        var again = await Streams.CreateAsync(new("demo", "/gone") { Recreate = true }, InTime);
        again.StreamId.ShouldNotBe(before.StreamId);
        again.HeadOffset.ShouldBe(1);
        (await Append("/gone", Event())).HeadOffset.ShouldBe(2);
        await Refused(() => Streams.ReadAsync(new("demo", "/gone", StreamId: before.StreamId), InTime), ErrorCodes.StreamReplaced);
    }

    [Fact]
    public async Task No_appender_brings_a_deleted_stream_back()
    {
        await Append("/fought", Event());
        await using var other = await TestNode.StartAsync(ConnectionString);
        IStreamsApi[] nodes = [Streams, other.In(Project)];
        using var deleted = new CancellationTokenSource();
        var id = await InternalIdOf("/fought");

        var appenders = Enumerable.Range(0, 8).Select(number => Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    await nodes[number % 2].AppendAsync(new("demo", "/fought", [Event(payload: number)]), InTime);
                }
            }
            catch (ApiException refusal)
            {
                return refusal.Code;
            }
        })).ToArray();
        await Streams.DeleteAsync(new("demo", "/fought", "/fought"), InTime);

        (await Task.WhenAll(appenders)).ShouldAllBe(code => code == ErrorCodes.StreamDeleted);
        await EventsAreGone(id);
    }

    [Fact]
    public async Task A_stream_with_children_is_deleted_with_them_or_not_at_all()
    {
        await Append("/tree", Event());
        await Append("/tree/a/b", Event());
        await Append("/tree0", Event());
        await Announced("/tree/a");

        await Refused(() => Streams.DeleteAsync(new("demo", "/tree", "/tree"), InTime), ErrorCodes.StreamHasChildren);
        await Refused(() => Streams.DeleteAsync(new("demo", "/tree", "/other"), InTime), ErrorCodes.InvalidInput);
        await Refused(() => Streams.DeleteAsync(new("demo", "/", "/"), InTime), ErrorCodes.InvalidInput);
        await Refused(() => Streams.ArchiveAsync(new("demo", "/"), InTime), ErrorCodes.InvalidInput);
        await Refused(() => Streams.DeleteAsync(new("demo", "/none", "/none"), InTime), ErrorCodes.NotFound);

        (await Streams.DeleteAsync(new("demo", "/tree", "/tree", Cascade: true), InTime)).Streams.ShouldBe(3);

        await Refused(() => Append("/tree/a/b", Event()), ErrorCodes.StreamDeleted);
        (await Append("/tree0", Event())).HeadOffset.ShouldBe(3);
    }

    [Fact]
    public async Task An_announcement_to_an_archived_or_deleted_ancestor_ends_without_a_word()
    {
        await Append("/closed", Event());
        await Streams.ArchiveAsync(new("demo", "/closed"), InTime);

        await Append("/closed/child", Event());
        await JobsHaveEnded();

        (await ReadAll("/closed")).Count.ShouldBe(2);
        (await Streams.ListAsync(new("demo", Under: "/closed"), InTime)).Streams.Single().Path.ShouldBe("/closed/child");
    }

    [Fact]
    public async Task Verifying_a_sound_stream_finds_nothing()
    {
        await Append("/sound", Event(), Event("other/type"), Event("stream/metadata-updated", new { metadata = new { title = "T" } }));

        var verified = await Streams.VerifyAsync(new("demo", "/sound"), InTime);

        verified.Events.ShouldBe(4);
        verified.Differences.ShouldBeEmpty();
        verified.Repaired.ShouldBeFalse();
    }

    [Fact]
    public async Task Verifying_finds_what_is_kept_wrongly_and_repairs_it()
    {
        await Append("/wrong", Event(), Event("other/type"), Event("stream/metadata-updated", new { metadata = new { title = "T" } }));
        await Execute($$"""
            update stream set bytes = 1, title = 'X', details = details || '{"childCount": 9}' where project_id = '{{Project}}' and path = '/wrong';
            update stream_type_count set count = 7 where stream = {{await InternalIdOf("/wrong")}} and type = 'other/type';
            insert into stream_type_count values ({{await InternalIdOf("/wrong")}}, 'never/there', 1, 1);
            """);

        var found = await Streams.VerifyAsync(new("demo", "/wrong"), InTime);
        found.Differences.Select(difference => difference.Of).ShouldBe(["bytes", "type-count", "type-count", "core-state"]);
        found.Repaired.ShouldBeFalse();

        (await Streams.VerifyAsync(new("demo", "/wrong", Repair: true), InTime)).Repaired.ShouldBeTrue();

        (await Streams.VerifyAsync(new("demo", "/wrong"), InTime)).Differences.ShouldBeEmpty();
        (await ReadAll("/wrong")).Count.ShouldBe(4);
        (await Append("/wrong", Event())).HeadOffset.ShouldBe(5);
    }

    [Fact]
    public async Task Verifying_names_a_hole_in_the_log_and_does_not_touch_it()
    {
        await Append("/hole", Event(), Event(), Event());
        await Execute($"delete from stream_event where stream = {await InternalIdOf("/hole")} and \"offset\" = 2");

        var found = await Streams.VerifyAsync(new("demo", "/hole", Repair: true), InTime);

        found.Differences.Single(difference => difference.Of == "gap").Repairable.ShouldBeFalse();
        found.Events.ShouldBe(3);
    }

    [Fact]
    public async Task The_generator_appends_as_many_as_it_was_asked_for()
    {
        await Append("/made", Event());

        var made = await Streams.GenerateAsync(new("demo", "/made", Count: 250, BatchSize: 40), InTime);

        made.HeadOffset.ShouldBe(252);
        (await Streams.CountAsync(new("demo", "/made"), InTime)).ByType.Count.ShouldBe(7);
        await Refused(() => Streams.GenerateAsync(new("demo", "/made", Count: 100_001), InTime), ErrorCodes.InvalidInput);
        await Refused(() => Streams.GenerateAsync(new("demo", "/not-made", Count: 1), InTime), ErrorCodes.NotFound);
    }

    private async Task<long> InternalIdOf(string path)
    {
        await using var command = Node.DataSource.CreateCommand($"select id from stream where project_id = '{Project}' and path = '{path}'");
        return (long)(await command.ExecuteScalarAsync(InTime))!;
    }

    private async Task EventsAreGone(long id) =>
        await Zero(string.Create(CultureInfo.InvariantCulture, $"select count(*) from stream_event where stream = {id}"));

    private async Task JobsHaveEnded() => await Zero("select count(*) from outbox_job where archived_at is null");

    private async Task Announced(string path)
    {
        while ((await Streams.ListAsync(new("demo", Query: path), InTime)).Streams.Count < 2)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task Zero(string count)
    {
        var inTime = InTime;
        while (true)
        {
            await using var command = Node.DataSource.CreateCommand(count);
            if (await command.ExecuteScalarAsync(inTime) is 0L)
            {
                return;
            }
        }
    }
}
