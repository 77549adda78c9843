using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Accounts;
using Iterate.Infrastructure.Streams;
using Iterate.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>What becomes of the streams of an erased project (requirement S-136).</summary>
public sealed class ProjectErasureTests : OutboxNodeTest
{
    private const string Lane = "remove-project-streams";
    private const string Neighbour = "prj_2";

    [Fact]
    public async Task Every_stream_and_event_of_the_project_goes_and_nothing_of_others()
    {
        await GrowAsync(Project, wide: 30, deep: 20);
        await GrowAsync(Neighbour, wide: 3, deep: 2);
        await Streams.ArchiveAsync(new("demo", "/wide-1"), InTime);
        await Streams.PauseAsync(new("demo", "/wide-2"), InTime);
        await Streams.ImportStartAsync(new("demo", "/wide-3", ImportMode.Append), InTime);
        await Streams.DeleteAsync(new("demo", "/wide-4", "/wide-4"), InTime);
        var kept = await CountAsync("stream_event where stream in (select id from stream where project_id = 'prj_2')");

        await EnqueueAsync(new ProjectErased(Project));
        (await RunAsync(Lane)).ShouldHaveSingleItem()!.Status.ShouldBe("success");

        (await CountAsync("stream where project_id = 'prj_1'")).ShouldBe(0);
        (await CountAsync("stream where project_id = 'prj_2'")).ShouldBe(5);
        (await CountAsync("stream_event")).ShouldBe(kept);
        (await CountAsync("stream_type_count as counted where not exists (select from stream where id = counted.stream)")).ShouldBe(0);
        var refusal = await Should.ThrowAsync<ApiException>(
            () => Streams.AppendAsync(new("demo", "/wide-1", [new() { Type = "test/happened" }]), InTime));
        refusal.Code.ShouldBe(ErrorCodes.StreamDeleted);
    }

    [Fact]
    public async Task More_than_a_slice_holds_goes_in_slices()
    {
        // Rows as appends make them, thousands at once.
        await ExecuteAsync("""
            insert into stream (stream_id, project_id, path, parent_path, depth, head_offset)
            select 'str_' || number, 'prj_1', '/many/' || number, '/many', 2, 3 from generate_series(1, 1050) as number
            """);
        await ExecuteAsync("""
            insert into stream_event (stream, "offset", created_at, bytes, type)
            select id, number, now(), 10, 'test/happened' from stream, generate_series(1, case path when '/many/7' then 12000 else 3 end) as number
            """);

        await EnqueueAsync(new ProjectErased(Project));

        (await RunAsync(Lane)).ShouldHaveSingleItem()!.Result!.Text.ShouldBe("1050 streams and 15147 events removed");
        (await CountAsync("stream_event")).ShouldBe(0);
        (await CountAsync("stream_tombstone")).ShouldBe(1050);
    }

    [Fact]
    public async Task A_stream_that_is_being_written_holds_up_no_other_and_goes_later()
    {
        await GrowAsync(Project, wide: 10, deep: 0);
        await using var writer = await Node.DataSource.OpenConnectionAsync(InTime);
        await using var writing = await writer.BeginTransactionAsync(InTime);
        await using (var held = new NpgsqlCommand("select from stream where project_id = 'prj_1' and path = '/wide-1' for no key update", writer))
        {
            await held.ExecuteNonQueryAsync(InTime);
        }

        await EnqueueAsync(new ProjectErased(Project));
        var removing = RunAsync(Lane);
        var inTime = InTime;
        while (await CountAsync("stream where project_id = 'prj_1'") > 1)
        {
            inTime.ThrowIfCancellationRequested();
        }

        removing.IsCompleted.ShouldBeFalse();
        await writing.CommitAsync(InTime);
        while (await CountAsync("stream") > 0)
        {
            inTime.ThrowIfCancellationRequested();
            Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        (await removing).ShouldHaveSingleItem()!.Status.ShouldBe("success");
        (await CountAsync("stream_event")).ShouldBe(0);
    }

    [Fact]
    public async Task After_a_crash_it_goes_on_where_it_was()
    {
        await GrowAsync(Project, wide: 10, deep: 3);
        await EnqueueAsync(new ProjectErased(Project));
        await RunAsync(Lane, finishes: false);
        await GrowAsync(Neighbour, wide: 1, deep: 0);
        LetLeasesEnd();

        (await RunAsync(Lane)).ShouldHaveSingleItem()!.Result!.Text.ShouldBe("0 streams and 0 events removed");
    }

    [Fact]
    public async Task A_slice_that_takes_too_long_is_undone_and_done_in_halves()
    {
        var sizes = new List<int>();
        NpgsqlBatchCommand Slice(int size)
        {
            sizes.Add(size);
            return new($"insert into outbox_paused_lane select 'lane ' || {size}, now() from pg_sleep({(size > 2 ? 5 : 0)})");
        }

        var rows = await new ShortTransactions(Node.DataSource).RunAsync(Slice, size: 8, isOver: _ => true, InTime);

        rows.ShouldBe(1);
        sizes.ShouldBe([8, 4, 2]);
        (await CountAsync("outbox_paused_lane where consumer = 'lane 2'")).ShouldBe(1);
        (await CountAsync("outbox_paused_lane")).ShouldBe(1);
    }

    private async Task GrowAsync(string project, int wide, int deep)
    {
        var streams = Node.In(project);
        var path = "";
        EventInput[] events = [new() { Type = "test/happened" }, new() { Type = "test/went-on" }];
        for (var number = 1; number <= wide; number++)
        {
            await streams.AppendAsync(new("demo", string.Create(CultureInfo.InvariantCulture, $"/wide-{number}"), events), InTime);
        }

        for (var depth = 1; depth <= deep; depth++)
        {
            path += string.Create(CultureInfo.InvariantCulture, $"/deep-{depth}");
            await streams.AppendAsync(new("demo", path, events), InTime);
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = Node.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(InTime);
    }
}
