using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

public sealed class AppendTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task The_first_append_creates_the_stream()
    {
        var response = await Append("/a", Event(payload: new { n = 1 }));

        response.StreamId.ShouldStartWith("str_");
        response.HeadOffset.ShouldBe(2);
        response.CommittedCount.ShouldBe(1);
        response.Events.Single().Offset.ShouldBe(2);
        var log = await ReadAll("/a");
        log.Select(committed => committed.Type).ShouldBe(["stream/created", "test/happened"]);
        log[0].Payload.ValueEquals(JsonText.From(new { projectId = Project, path = "/a" })).ShouldBeTrue();
    }

    [Fact]
    public async Task An_append_that_needs_the_stream_is_refused_without_one()
    {
        await Refused(() => Streams.AppendAsync(new("demo", "/none", [Event()], MustExist: true), InTime), ErrorCodes.NotFound);
        await Refused(() => ReadAll("/none"), ErrorCodes.NotFound);
    }

    [Fact]
    public async Task An_empty_batch_answers_the_head_and_writes_nothing()
    {
        await Append("/a", Event());

        var response = await Append("/a");

        response.HeadOffset.ShouldBe(2);
        response.Events.ShouldBeEmpty();
        (await ReadAll("/a")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_was_appended_is_read_back_by_value()
    {
        var input = new EventInput
        {
            Type = "  test/happened ",
            Payload = JsonText.Parse("""{ "b": [1, 2.50, "é😀"], "a": null }"""),
            Metadata = JsonText.Parse("""{"who":"me"}"""),
            Source = new(new("echo", 3)),
            IdempotencyKey = " k ",
        };

        var committed = (await Append("/a", input)).Events.Single();
        var read = (await ReadAll("/a"))[1];

        read.Type.ShouldBe("test/happened");
        read.IdempotencyKey.ShouldBe("k");
        read.Source.ShouldBe(input.Source);
        read.Payload.ValueEquals(input.Payload).ShouldBeTrue();
        read.Metadata.ValueEquals(input.Metadata).ShouldBeTrue();
        read.CreatedAt.ShouldBe(committed.CreatedAt);
    }

    [Fact]
    public async Task An_absent_payload_and_a_null_payload_differ()
    {
        await Append("/a", new EventInput { Type = "t" }, new EventInput { Type = "t", Payload = JsonText.Parse("null") });

        var log = await ReadAll("/a");

        log[1].Payload.IsAbsent.ShouldBeTrue();
        log[2].Payload.Text.ShouldBe("null");
    }

    [Fact]
    public async Task A_refused_batch_leaves_nothing_of_itself()
    {
        await Append("/a", Event());

        await Refused(() => Append("/a", Event(), Event(offset: 99)), ErrorCodes.OffsetConflict);

        (await ReadAll("/a")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_refused_first_batch_leaves_no_stream()
    {
        await Refused(() => Append("/a", Event(offset: 7)), ErrorCodes.OffsetConflict);

        await Refused(() => ReadAll("/a"), ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_precondition_names_the_offset_about_to_be_assigned()
    {
        var first = await Append("/a", Event(offset: 2), Event(offset: 3));
        first.HeadOffset.ShouldBe(3);

        var refusal = await Refused(() => Append("/a", Event(offset: 3)), ErrorCodes.OffsetConflict);

        refusal.Members["index"].ShouldBe(0);
        refusal.Members["expected"].ShouldBe(3L);
        refusal.Members["headOffset"].ShouldBe(3L);
    }

    [Fact]
    public async Task Times_within_a_stream_never_go_back()
    {
        for (var round = 0; round < 20; round++)
        {
            await Append("/a", Event(), Event());
        }

        var times = (await ReadAll("/a")).Select(committed => committed.CreatedAt).ToArray();

        times.ShouldBe(times.Order());
        times.ShouldAllBe(time => time.Microsecond == 0);
    }

    [Fact]
    public async Task Creating_is_idempotent_and_keeps_the_first_metadata()
    {
        var first = await Streams.CreateAsync(new("demo", "/a") { Metadata = JsonText.Parse("""{"title":"First"}""") }, InTime);
        var second = await Streams.CreateAsync(new("demo", "/a") { Metadata = JsonText.Parse("""{"title":"Second"}""") }, InTime);

        first.Created.ShouldBeTrue();
        first.HeadOffset.ShouldBe(2);
        second.ShouldBe(first with { Created = false });
        var row = (await Streams.ListAsync(new("demo"), InTime)).Streams.Single();
        row.Title.ShouldBe("First");
    }

    [Fact]
    public async Task A_paused_stream_takes_only_what_may_pass()
    {
        await Append("/a", Event(key: "before"), Event("stream/paused", new { reason = "lunch" }));

        var refusal = await Refused(() => Append("/a", Event()), ErrorCodes.StreamPaused);
        refusal.Members["reason"].ShouldBe("lunch");
        refusal.Members["pausedAtOffset"].ShouldBe(3L);
        (await Append("/a", Event(key: "before"))).CommittedCount.ShouldBe(0);
        (await Append("/a", Event("stream/resumed"), Event())).CommittedCount.ShouldBe(2);
        await Refused(() => Append("/a", Event("stream/paused"), Event()), ErrorCodes.StreamPaused);
    }

    [Fact]
    public async Task A_cancelled_call_does_not_cancel_its_neighbours()
    {
        using var cancelled = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 50)
            .Select(number => Streams.AppendAsync(new("demo", "/a", [Event(payload: new { number })]), number == 25 ? cancelled.Token : InTime))
            .ToArray();
        await cancelled.CancelAsync();

        foreach (var call in calls.Where((_, number) => number != 25))
        {
            await call;
        }

        ShouldBeGapless(await ReadAll("/a"));
    }
}
