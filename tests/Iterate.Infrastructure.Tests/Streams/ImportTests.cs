using System.Text;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Streams;
using Iterate.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>Imports survive whatever happens between two lines (requirements S-123 to S-128, test S-T17).</summary>
public sealed class ImportTests(StreamsDatabase database) : StreamsTest(database)
{
    private readonly Random _random = new(17);

    [Fact]
    public async Task A_restored_stream_is_the_one_that_was_exported()
    {
        await Node.Log.EnsureStreamAsync(Project, "/", InTime);
        await FillAsync("/original");
        await Streams.PauseAsync(new("demo", "/original", "for the night"), InTime);
        var lines = await ExportAsync("/original");

        var import = await Streams.ImportStartAsync(new("demo", "/copies/one", ImportMode.Restore), InTime);
        foreach (var (from, body) in Chunks(lines, 70))
        {
            (await Streams.ImportChunkAsync(new("demo", import.Id, from, body), InTime)).State.ShouldBe(ImportState.Running);
        }

        var done = await Streams.ImportFinishAsync(new("demo", import.Id), InTime);

        done.State.ShouldBe(ImportState.Finished);
        (done.Lines, done.Events, done.HeadOffset).ShouldBe((lines.Length, lines.Length, lines.Length));
        done.Bytes.ShouldBe(lines.Sum(line => Encoding.UTF8.GetByteCount(line) + 1));
        var (original, copy) = (await ReadAll("/original"), await ReadAll("/copies/one"));
        copy.Skip(1).ShouldBe(original.Skip(1));
        copy[0].CreatedAt.ShouldBe(original[0].CreatedAt);
        copy[0].Payload.ValueEquals(JsonText.From(new { projectId = Project, path = "/copies/one", importedFrom = new { projectId = Project, path = "/original" } }))
            .ShouldBeTrue(copy[0].Payload.Text);
        await ShouldBeSoundAsync("/copies/one");
        (await Streams.StateAsync(new("demo", "/copies/one"), InTime)).CoreState.PauseReason.ShouldBe("for the night");
        (await Streams.CountAsync(new("demo", "/copies/one"), InTime)).ByType.ShouldBe((await Streams.CountAsync(new("demo", "/original"), InTime)).ByType);
        var announced = new EventFilter { Payload = JsonText.From(new { childPath = "/copies/one" }) };
        (await Streams.WaitForEventAsync(new("demo", "/", Filter: announced, AfterOffset: 0), InTime)).Event.ShouldNotBeNull();
    }

    [Fact]
    public async Task Every_chunk_may_come_to_another_node_come_twice_or_come_too_early()
    {
        await FillAsync("/original");
        var lines = await ExportAsync("/original");
        string id;
        await using (var node = TestNode.Create(ConnectionString))
        {
            id = (await node.In(Project).ImportStartAsync(new("demo", "/copy", ImportMode.Restore), InTime)).Id;
        }

        foreach (var (from, body) in Chunks(lines, 25))
        {
            await using var node = TestNode.Create(ConnectionString);
            var streams = node.In(Project);
            var early = await Refused(() => streams.ImportChunkAsync(new("demo", id, from + 1, body), InTime), ErrorCodes.ImportPosition);
            early.Members["expectedLine"].ShouldBe(from);
            var taken = await streams.ImportChunkAsync(new("demo", id, from, body), InTime);
            (await streams.ImportChunkAsync(new("demo", id, from, body), InTime)).ShouldBe(taken);
        }

        await Streams.ImportFinishAsync(new("demo", id), InTime);
        (await ReadAll("/copy")).Skip(1).ShouldBe((await ReadAll("/original")).Skip(1));
        await ShouldBeSoundAsync("/copy");
    }

    [Fact]
    public async Task A_node_that_dies_within_a_chunk_leaves_the_lines_before_it()
    {
        await FillAsync("/original");
        var lines = await ExportAsync("/original");
        var import = await Streams.ImportStartAsync(new("demo", "/copy", ImportMode.Restore, "file"), InTime);
        await Streams.ImportChunkAsync(new("demo", import.Id, 1, Body(lines[..40])), InTime);

        await using (var held = await Node.DataSource.OpenConnectionAsync(InTime))
        await using (var transaction = await held.BeginTransactionAsync(InTime))
        {
            // Holds the row back, so that the chunk stands between its copied rows and its commit.
            await using var hold = new NpgsqlCommand("select id from stream where stream_id = $1 for update", held) { Parameters = { new() { Value = import.StreamId } } };
            await hold.ExecuteNonQueryAsync(InTime);
            var dying = Streams.ImportChunkAsync(new("demo", import.Id, 41, Body(lines[40..80])), InTime);
            await WaitForLockAsync(Node);
            await Node.DataSource.CreateCommand(
                "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()").ExecuteNonQueryAsync(InTime);
            await Refused(() => dying, ErrorCodes.DatabaseUnavailable);
        }

        (await ReadAll("/copy")).Count.ShouldBe(40);
        var resumed = await Streams.ImportStartAsync(new("demo", "/copy", ImportMode.Restore, "file"), InTime);
        (resumed.Id, resumed.Lines).ShouldBe((import.Id, 40));
        await Streams.ImportChunkAsync(new("demo", import.Id, 41, Body(lines[40..])), InTime);
        await Streams.ImportFinishAsync(new("demo", import.Id), InTime);
        await ShouldBeSoundAsync("/copy");
    }

    [Theory]
    [InlineData("not json", "is not valid JSON")]
    [InlineData("""{"type":"x"}""", "is not an event")]
    [InlineData("""{"offset":9,"type":"x","createdAt":"2026-01-01T00:00:00.003Z"}""", "has the offset 9; the next one is 4.")]
    [InlineData("""{"offset":4,"type":"x","createdAt":"2025-01-01T00:00:00.000Z"}""", "is older than the event before it.")]
    [InlineData("""{"offset":4,"type":"x","createdAt":"2026-01-01T00:00:00.0031Z"}""", "has a time finer than milliseconds.")]
    [InlineData("""{"offset":4,"type":"stream/created","createdAt":"2026-01-01T00:00:00.003Z"}""", "stream/created is the first event and no other.")]
    [InlineData("""{"offset":4,"type":"x","payload":{"a":1,"a":2},"createdAt":"2026-01-01T00:00:00.003Z"}""", "duplicate key")]
    [InlineData("""{"offset":4,"type":"x","idempotencyKey":"k2","createdAt":"2026-01-01T00:00:00.003Z"}""", "repeats the idempotency key 'k2'.")]
    [InlineData("""{"offset":4,"type":"x","idempotencyKey":"k3","createdAt":"2026-01-01T00:00:00.003Z"}""", "repeats the idempotency key 'k3'.")]
    public async Task A_bad_line_stops_the_import_there_and_it_goes_on_corrected(string bad, string reason)
    {
        string[] good =
        [
            """{"offset":1,"type":"stream/created","payload":{"projectId":"prj_old","path":"/old"},"createdAt":"2026-01-01T00:00:00.000Z"}""",
            """{"offset":2,"type":"x","idempotencyKey":"k2","createdAt":"2026-01-01T00:00:00.001Z"}""",
            """{"offset":3,"type":"x","idempotencyKey":"k3","payload":null,"createdAt":"2026-01-01T00:00:00.002Z"}""",
        ];
        const string Next = """{"offset":4,"type":"x","createdAt":"2026-01-01T00:00:00.003Z"}""";
        var import = await Streams.ImportStartAsync(new("demo", "/bad", ImportMode.Restore), InTime);
        await Streams.ImportChunkAsync(new("demo", import.Id, 1, Body(good[..2])), InTime);

        var stopped = await Streams.ImportChunkAsync(new("demo", import.Id, 3, Body(["", good[2], bad, Next])), InTime);

        stopped.State.ShouldBe(ImportState.Stopped);
        (stopped.Lines, stopped.Events, stopped.HeadOffset, stopped.ErrorLine).ShouldBe((4, 3, 3, 5));
        stopped.Error.ShouldNotBeNull().ShouldContain(reason);
        await Refused(() => Streams.ImportFinishAsync(new("demo", import.Id), InTime), ErrorCodes.InvalidState);
        var corrected = await Streams.ImportChunkAsync(new("demo", import.Id, 5, Next), InTime);
        (corrected.State, corrected.ErrorLine, corrected.Error).ShouldBe((ImportState.Running, null, null));
        await Streams.ImportFinishAsync(new("demo", import.Id), InTime);
        await ShouldBeSoundAsync("/bad");
    }

    [Fact]
    public async Task While_importing_nothing_else_is_written()
    {
        await FillAsync("/original");
        var lines = await ExportAsync("/original");
        var import = await Streams.ImportStartAsync(new("demo", "/copy", ImportMode.Restore), InTime);

        var refusal = await Refused(() => Append("/copy", Event()), ErrorCodes.StreamImporting);
        refusal.Members["importId"].ShouldBe(import.Id);
        await Refused(() => Streams.ImportStartAsync(new("demo", "/copy", ImportMode.Append), InTime), ErrorCodes.StreamImporting);
        await Refused(() => Streams.ImportFinishAsync(new("demo", import.Id), InTime), ErrorCodes.InvalidState);
        await Streams.ImportChunkAsync(new("demo", import.Id, 1, Body(lines)), InTime);
        await Refused(() => Append("/copy", Event()), ErrorCodes.StreamImporting);
        await Streams.ImportFinishAsync(new("demo", import.Id), InTime);

        (await Append("/copy", Event())).HeadOffset.ShouldBe(lines.Length + 1);
        await Refused(() => Streams.ImportStartAsync(new("demo", "/copy", ImportMode.Restore), InTime), ErrorCodes.NameTaken);
        await ShouldBeSoundAsync("/copy");
    }

    [Fact]
    public async Task A_cancelled_restore_leaves_no_stream()
    {
        await FillAsync("/original");
        var lines = await ExportAsync("/original");
        var import = await Streams.ImportStartAsync(new("demo", "/copy", ImportMode.Restore), InTime);
        await Streams.ImportChunkAsync(new("demo", import.Id, 1, Body(lines)), InTime);

        (await Streams.ImportCancelAsync(new("demo", import.Id), InTime)).State.ShouldBe(ImportState.Cancelled);

        await Refused(() => Streams.ReadAsync(new("demo", "/copy"), InTime), ErrorCodes.NotFound);
        await Refused(() => Streams.ImportChunkAsync(new("demo", import.Id, lines.Length + 1, Body(lines)), InTime), ErrorCodes.InvalidState);
        (await Streams.ImportCancelAsync(new("demo", import.Id), InTime)).State.ShouldBe(ImportState.Cancelled);
        (await Append("/copy", Event())).HeadOffset.ShouldBe(2);
        while (await LeftOverAsync() > 0)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Subscriptions_of_a_restored_stream_are_halted_at_its_head()
    {
        string[] lines =
        [
            """{"offset":1,"type":"stream/created","payload":{"projectId":"prj_old","path":"/old"},"createdAt":"2026-01-01T00:00:00.000Z"}""",
            """{"offset":2,"type":"stream/subscription-configured","payload":{"subscriptionKey":"a","subscriber":{"type":"webhook","url":"https://example.test/hook"}},"createdAt":"2026-01-01T00:00:00.000Z"}""",
            """{"offset":3,"type":"stream/subscription-configured","payload":{"subscriptionKey":"b","subscriber":{"type":"webhook","url":"https://example.test/hook"}},"createdAt":"2026-01-01T00:00:00.000Z"}""",
            """{"offset":4,"type":"stream/subscription-removed","payload":{"subscriptionKey":"b"},"createdAt":"2026-01-01T00:00:00.000Z"}""",
            """{"offset":5,"type":"x","createdAt":"2026-01-01T00:00:00.000Z"}""",
        ];
        var import = await Streams.ImportStartAsync(new("demo", "/restored", ImportMode.Restore), InTime);
        var taken = await Streams.ImportChunkAsync(new("demo", import.Id, 1, Body(lines)), InTime);
        taken.Error.ShouldBeNull();

        await Streams.ImportFinishAsync(new("demo", import.Id), InTime);

        var log = await ReadAll("/restored");
        log.Count.ShouldBe(6);
        log[5].Type.ShouldBe(CoreEvents.SubscriptionDeliveryHalted);
        log[5].Payload.ValueEquals(JsonText.From(new { subscriptionKey = "a", afterOffset = 5, attempts = 0, error = "imported" })).ShouldBeTrue(log[5].Payload.Text);
        await ShouldBeSoundAsync("/restored");
    }

    [Fact]
    public async Task Appended_lines_get_new_offsets_and_remember_the_old_ones()
    {
        await FillAsync("/original");
        var lines = await ExportAsync("/original");
        await Append("/into", Event());
        var import = await Streams.ImportStartAsync(new("demo", "/into", ImportMode.Append), InTime);
        await Refused(() => Append("/into", Event()), ErrorCodes.StreamImporting);
        foreach (var (from, body) in Chunks([.. lines, """{"type":"plain/event","payload":1}"""], 60))
        {
            await Streams.ImportChunkAsync(new("demo", import.Id, from, body), InTime);
            await Streams.ImportChunkAsync(new("demo", import.Id, from, body), InTime);
        }

        await Streams.ImportFinishAsync(new("demo", import.Id), InTime);

        var original = (await ReadAll("/original")).Where(committed => !CoreEvents.IsCore(committed.Type)).ToArray();
        var appended = (await ReadAll("/into")).Skip(2).ToArray();
        appended.Length.ShouldBe(original.Length + 1);
        appended[^1].Type.ShouldBe("plain/event");
        foreach (var (old, now) in original.Zip(appended))
        {
            (now.Type, now.Payload).ShouldBe((old.Type, old.Payload));
            using var metadata = now.Metadata.ToDocument();
            metadata.RootElement.GetProperty("importedFrom").GetProperty("offset").GetInt64().ShouldBe(old.Offset);
            metadata.RootElement.GetProperty("importedFrom").GetProperty("createdAt").GetDateTimeOffset().ShouldBe(old.CreatedAt);
        }

        (await Append("/into", Event())).CommittedCount.ShouldBe(1);
        await ShouldBeSoundAsync("/into");
    }

    [Fact]
    public async Task A_refused_event_stops_an_append_at_its_line()
    {
        await Append("/into", Event("x", new { taken = true }, key: "k"));
        var import = await Streams.ImportStartAsync(new("demo", "/into", ImportMode.Append), InTime);
        string[] lines = ["""{"type":"a"}""", "", """{"type":"b"}""", """{"type":"x","payload":{"other":1},"idempotencyKey":"k"}""", """{"type":"c"}"""];

        var stopped = await Streams.ImportChunkAsync(new("demo", import.Id, 1, Body(lines)), InTime);

        (stopped.State, stopped.ErrorLine, stopped.Lines, stopped.Events).ShouldBe((ImportState.Stopped, 4, 3, 2));
        stopped.Bytes.ShouldBe(Encoding.UTF8.GetByteCount(Body(lines[..3])));
        await Streams.ImportChunkAsync(new("demo", import.Id, 4, Body(["""{"type":"x","idempotencyKey":"k4"}""", lines[4]])), InTime);
        await Streams.ImportCancelAsync(new("demo", import.Id), InTime);

        (await ReadAll("/into")).Skip(2).Select(committed => committed.Type).ShouldBe(["a", "b", "x", "c"]);
        await Append("/into", Event());
    }

    [Fact]
    public async Task Progress_is_pushed_until_the_end()
    {
        await FillAsync("/original");
        var lines = await ExportAsync("/original");
        var import = await Streams.ImportStartAsync(new("demo", "/copy", ImportMode.Restore), InTime);
        await using var watch = Streams.ImportStatusAsync(new("demo", import.Id), InTime).GetAsyncEnumerator(InTime);

        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.ShouldBe(import);
        await Streams.ImportChunkAsync(new("demo", import.Id, 1, Body(lines)), InTime);
        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.Lines.ShouldBe(lines.Length);
        await Streams.ImportFinishAsync(new("demo", import.Id), InTime);
        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.State.ShouldBe(ImportState.Finished);
        (await watch.MoveNextAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Untouched_for_a_day_an_import_is_cancelled()
    {
        var time = new ManualTime();
        await using var node = TestNode.Create(ConnectionString, time: time);
        var import = await node.In(Project).ImportStartAsync(new("demo", "/copy", ImportMode.Restore), InTime);
        await using var due = Node.DataSource.CreateCommand(
            "select j.visible_at from outbox_job j join outbox_event e on e.seq = j.event_seq where j.consumer = 'cancel-abandoned-import' and e.payload ->> 'importId' = $1");
        due.Parameters.Add(new() { Value = import.Id });
        (await due.ExecuteScalarAsync(InTime)).ShouldBe((time.GetUtcNow() + StreamImporter.Patience).UtcDateTime);

        time.Advance(TimeSpan.FromHours(20));
        await node.In(Project).ImportChunkAsync(
            new("demo", import.Id, 1, """{"offset":1,"type":"stream/created","payload":{"projectId":"p","path":"/o"},"createdAt":"2026-01-01T00:00:00.000Z"}"""), InTime);
        time.Advance(TimeSpan.FromHours(4));
        (await node.Importer.CancelAbandonedAsync(Project, import.Id, InTime)).ShouldBe(time.GetUtcNow() + TimeSpan.FromHours(20));
        time.Advance(TimeSpan.FromHours(20));
        (await node.Importer.CancelAbandonedAsync(Project, import.Id, InTime)).ShouldBeNull();

        await Refused(() => Streams.ReadAsync(new("demo", "/copy"), InTime), ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Limits_are_exact_and_other_projects_see_nothing()
    {
        var import = await Streams.ImportStartAsync(new("demo", "/copy", ImportMode.Restore), InTime);

        (await Streams.ImportChunkAsync(new("demo", import.Id, 1, new string('\n', 8 * 1024 * 1024)), InTime)).Lines.ShouldBe(8 * 1024 * 1024);
        await Refused(() => Streams.ImportChunkAsync(new("demo", import.Id, 1, new string('\n', (8 * 1024 * 1024) + 1)), InTime), ErrorCodes.BatchTooLarge);
        await Refused(() => Streams.ImportChunkAsync(new("demo", import.Id, 0, "\n"), InTime), ErrorCodes.InvalidInput);
        await Refused(() => Node.In("prj_other").ImportFinishAsync(new("demo", import.Id), InTime), ErrorCodes.NotFound);
    }

    private static string Body(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private IEnumerable<(long From, string Body)> Chunks(string[] lines, int most)
    {
        for (var at = 0; at < lines.Length;)
        {
            var length = Math.Min(_random.Next(1, most), lines.Length - at);
            yield return (at + 1, Body(lines[at..(at + length)]));
            at += length;
        }
    }

    private async Task FillAsync(string path)
    {
        for (var batch = 0; batch < 4; batch++)
        {
            await Append(path, [.. Enumerable.Range(0, 40).Select(number => new EventInput
            {
                Type = $"type/{_random.Next(5)}",
                Payload = _random.Next(4) switch { 0 => default, 1 => JsonText.FromTrusted("null"), _ => JsonText.From(new { number, text = "größe\n\"😀" }) },
                Metadata = _random.Next(2) == 0 ? default : JsonText.From(new { number }),
                Source = _random.Next(3) == 0 ? new(new("worker", 2)) : null,
                IdempotencyKey = _random.Next(2) == 0 ? null : $"{batch}-{number}",
            })]);
        }
    }

    private async Task<string[]> ExportAsync(string path)
    {
        var text = new StringBuilder();
        await foreach (var part in Streams.ExportAsync(new("demo", path), InTime))
        {
            text.Append(Encoding.UTF8.GetString(part.Bytes.Span));
        }

        return text.ToString().TrimEnd('\n').Split('\n');
    }

    private async Task ShouldBeSoundAsync(string path) =>
        (await Streams.VerifyAsync(new("demo", path), InTime)).Differences.ShouldBeEmpty();

    private async Task<long> LeftOverAsync()
    {
        await using var command = Node.DataSource.CreateCommand("select count(*) from stream_event e where not exists (select from stream s where s.id = e.stream)");
        return (long)(await command.ExecuteScalarAsync(InTime))!;
    }
}
