using Iterate.Domain.Api;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>Facts of the database in streams (requirement O-11).</summary>
public sealed class RecordFactTests : OutboxNodeTest
{
    private const string Lane = "record-fact";
    private const string Path = "/machines";

    [Fact]
    public async Task A_fact_stands_in_its_stream_under_the_key_of_its_event()
    {
        var id = "";
        await EnqueueAsync(async (outbox, context) => id = await outbox.RecordFactAsync(
            context, new(Project, Path, "machine/created") { Payload = JsonText.Parse("""{"name":"one","cores":null}"""), Metadata = JsonText.Parse("""{"by":"usr_1"}""") }, InTime));

        (await RunAsync(Lane)).ShouldHaveSingleItem()!.Status.ShouldBe("success");

        var fact = await FactAsync();
        fact.IdempotencyKey.ShouldBe($"outbox:{id}");
        fact.Type.ShouldBe("machine/created");
        fact.Payload.ValueEquals(JsonText.Parse("""{"name":"one","cores":null}""")).ShouldBeTrue();
        fact.Metadata.ValueEquals(JsonText.Parse("""{"by":"usr_1"}""")).ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_absent_stays_absent_and_null_stays_null()
    {
        await RecordAsync(new(Project, Path, "machine/created"), new(Project, Path, "machine/named") { Payload = JsonText.Parse("null") });

        await RunAsync(Lane);
        await RunAsync(Lane);

        var facts = (await Streams.ReadAsync(new("demo", Path, AfterOffset: 1), InTime)).Events;
        facts.Select(fact => (fact.Type, fact.Payload.Text, fact.Metadata.IsAbsent)).ShouldBe([("machine/created", null, true), ("machine/named", "null", true)]);
    }

    [Fact]
    public async Task A_fact_of_a_change_that_was_rolled_back_never_stands_anywhere()
    {
        await EnqueueAsync((outbox, context) => outbox.RecordFactAsync(context, new(Project, Path, "machine/created"), InTime), commits: false);

        (await RunAsync(Lane)).ShouldBeEmpty();

        (await CountAsync("stream_event")).ShouldBe(0);
    }

    [Fact]
    public async Task A_crash_between_append_and_finish_leaves_the_fact_there_once()
    {
        await RecordAsync(new StreamFact(Project, Path, "machine/created"));
        (await RunAsync(Lane, finishes: false)).ShouldHaveSingleItem();
        LetLeasesEnd();

        (await RunAsync(Lane)).ShouldHaveSingleItem()!.Result!.Text.ShouldBe("event 2 of /machines");

        await FactAsync();
    }

    [Fact]
    public async Task A_job_that_is_run_once_more_adds_nothing()
    {
        await RecordAsync(new StreamFact(Project, Path, "machine/created"));
        await RunAsync(Lane);
        await ExecuteAsync("update outbox_job set status = 'pending', archived_at = null, finished_at = null where consumer = 'record-fact'");

        (await RunAsync(Lane)).ShouldHaveSingleItem()!.Status.ShouldBe("success");

        await FactAsync();
    }

    [Fact]
    public async Task Facts_of_a_stream_come_in_the_order_in_which_they_were_stated()
    {
        await RecordAsync([.. Enumerable.Range(1, 5).Select(number => new StreamFact(Project, Path, $"machine/changed-{number}"))]);

        // Each claim takes one of the stream.
        for (var turn = 0; turn < 5; turn++)
        {
            (await RunAsync(Lane)).ShouldHaveSingleItem();
        }

        (await Streams.ReadAsync(new("demo", Path, AfterOffset: 1), InTime)).Events.Select(fact => fact.Type)
            .ShouldBe(Enumerable.Range(1, 5).Select(number => $"machine/changed-{number}"));
    }

    [Fact]
    public async Task A_fact_waits_for_a_paused_stream_without_using_attempts()
    {
        await Streams.AppendAsync(new("demo", Path, [new() { Type = "machine/seen" }]), InTime);
        await Streams.PauseAsync(new("demo", Path, "a look at it"), InTime);
        await RecordAsync(new StreamFact(Project, Path, "machine/created"));

        (await RunAsync(Lane)).ShouldHaveSingleItem()!.IsPostponement.ShouldBeTrue();
        (await RunAsync(Lane)).ShouldBeEmpty();

        await Streams.ResumeAsync(new("demo", Path), InTime);
        Time.Advance(TimeSpan.FromMinutes(1));
        (await RunAsync(Lane)).ShouldHaveSingleItem()!.Result!.Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task A_fact_waits_for_an_import_to_end()
    {
        var import = await Streams.ImportStartAsync(new("demo", Path, ImportMode.Restore), InTime);
        await RecordAsync(new StreamFact(Project, Path, "machine/created"));

        (await RunAsync(Lane)).ShouldHaveSingleItem()!.IsPostponement.ShouldBeTrue();

        await Streams.ImportCancelAsync(new("demo", import.Id), InTime);
        Time.Advance(TimeSpan.FromSeconds(30));
        (await RunAsync(Lane)).ShouldHaveSingleItem()!.Status.ShouldBe("success");
    }

    [Fact]
    public async Task A_fact_for_an_archived_stream_is_a_dead_letter_and_one_for_a_deleted_stream_is_skipped()
    {
        await Streams.AppendAsync(new("demo", "/archived", [new() { Type = "machine/seen" }]), InTime);
        await Streams.ArchiveAsync(new("demo", "/archived"), InTime);
        await Streams.AppendAsync(new("demo", "/deleted", [new() { Type = "machine/seen" }]), InTime);
        await Streams.DeleteAsync(new("demo", "/deleted", "/deleted"), InTime);
        await RecordAsync(new(Project, "/archived", "machine/created"), new(Project, "/deleted", "machine/created"));

        var ends = await RunAsync(Lane);

        ends.Select(end => (end!.Status, end.Result!.Outcome, end.Result.Code)).ShouldBe(
            [("failed", OutboxOutcome.Error, ErrorCodes.StreamArchived), ("success", OutboxOutcome.Skipped, null)], ignoreOrder: true);
    }

    [Theory]
    [InlineData("no path", "machine/created", ErrorCodes.InvalidPath)]
    [InlineData("/machines", "", ErrorCodes.InvalidEvent)]
    public async Task What_no_stream_takes_is_refused_where_it_is_stated(string path, string type, string code)
    {
        var refusal = await Should.ThrowAsync<ApiException>(() => RecordAsync(new StreamFact(Project, path, type)));

        refusal.Code.ShouldBe(code);
        (await CountAsync("outbox_event")).ShouldBe(0);
    }

    private Task RecordAsync(params StreamFact[] facts) => EnqueueAsync(async (outbox, context) =>
    {
        foreach (var fact in facts)
        {
            await outbox.RecordFactAsync(context, fact, InTime);
        }
    });

    /// <summary>The only event after the one that created the stream.</summary>
    private async Task<StreamEvent> FactAsync() => (await Streams.ReadAsync(new("demo", Path, AfterOffset: 1), InTime)).Events.ShouldHaveSingleItem();

    private async Task ExecuteAsync(string sql)
    {
        await using var command = Node.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(InTime);
    }
}
