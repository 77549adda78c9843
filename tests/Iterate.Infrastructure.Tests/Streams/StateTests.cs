using System.Globalization;
using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>The core state: reduced in the append, kept beside the log, rebuilt from it (streams.md, section 4).</summary>
public sealed class StateTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task A_fresh_stream_holds_one_event_and_says_so()
    {
        await Streams.CreateAsync(new("demo", "/fresh"), InTime);

        var state = await StateOf("/fresh");

        state.HeadOffset.ShouldBe(1);
        state.EventCount.ShouldBe(1);
        state.Paused.ShouldBeFalse();
        state.CreatedAt.ShouldBe(state.LastEventAt);
        state.Breaker.ShouldBe(new BreakerState(100_000, 6_000_000, 100_000, null, null));
    }

    [Fact]
    public async Task The_state_is_what_the_log_says_after_any_sequence()
    {
        var random = new Random(20261121);
        for (var step = 0; step < 120; step++)
        {
            try
            {
                await Append("/any", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Any(random)).ToArray());
            }
            catch (ApiException refusal) when (refusal.Code is ErrorCodes.StreamPaused)
            {
                await Streams.ResumeAsync(new("demo", "/any"), InTime);
            }
        }

        var kept = await StateOf("/any");
        await Execute($"update stream set state_version = 0, details = null where project_id = '{Project}' and path = '/any'");
        var rebuilt = await StateOf("/any");
        Same(rebuilt).ShouldBe(Same(kept));

        await Append("/any", Event("stream/error-occurred", new { message = "touch" }));
        (await Streams.VerifyAsync(new("demo", "/any"), InTime)).Differences.ShouldBeEmpty();
        (await StateOf("/any")).ErrorCount.ShouldBe(kept.ErrorCount + 1);
    }

    [Fact]
    public async Task A_rebuild_does_not_trip_the_breaker()
    {
        await Append("/rebuilt", Event("stream/breaker-configured", new { burstCapacity = 3, refillPerMinute = 1 }));
        await Append("/rebuilt", Event(), Event(), Event());
        (await StateOf("/rebuilt")).Breaker.AvailableTokens.ShouldBe(0);
        await Execute($"update stream set state_version = 0 where project_id = '{Project}' and path = '/rebuilt'");

        await Append("/rebuilt", Event());

        var state = await StateOf("/rebuilt");
        state.Paused.ShouldBeFalse();
        state.Breaker.AvailableTokens.ShouldBe(2);
        state.Breaker.BurstCapacity.ShouldBe(3);
    }

    [Fact]
    public async Task A_state_of_a_newer_version_is_neither_lowered_nor_cut()
    {
        await Append("/newer", Event());
        await Execute(
            $$"""update stream set state_version = 99, details = details || '{"fromTheFuture": 1}' where project_id = '{{Project}}' and path = '/newer'""");

        await Append("/newer", Event("stream/metadata-updated", new { metadata = new { title = "T" } }));

        await using var command = Node.DataSource.CreateCommand(
            $"select state_version || ' ' || (details ->> 'fromTheFuture') from stream where project_id = '{Project}' and path = '/newer'");
        (await command.ExecuteScalarAsync(InTime)).ShouldBe("99 1");
        (await StateOf("/newer")).Metadata.ToString().ShouldContain("T");
    }

    [Fact]
    public async Task The_state_at_an_event_is_the_state_it_left()
    {
        await Append("/past", Event("stream/metadata-updated", new { metadata = new { title = "one" } }), Event());
        await Append("/past", Event("stream/metadata-updated", new { metadata = new { title = "two" } }));

        var then = (await Streams.StateAtAsync(new("demo", "/past", 3), InTime)).CoreState;

        then.Metadata.ToString().ShouldContain("one");
        then.HeadOffset.ShouldBe(3);
        then.Breaker.AvailableTokens.ShouldBeNull();
        await Refused(() => Streams.StateAtAsync(new("demo", "/past", 5), InTime), ErrorCodes.CursorAhead);
        await Refused(() => Streams.StateAtAsync(new("demo", "/past", 0), InTime), ErrorCodes.InvalidInput);
    }

    [Fact]
    public async Task A_preview_says_what_an_append_would_do_and_does_nothing()
    {
        await Append("/thought", Event(key: "k", payload: new { x = 1 }));

        var preview = await Streams.PreviewAppendAsync(
            new("demo", "/thought", [Event(key: "k", payload: new { x = 1 }), Event("stream/paused", new { reason = "r" })]), InTime);

        preview.Events.Select(committed => committed.Offset).ShouldBe([2, 3]);
        preview.CommittedCount.ShouldBe(1);
        preview.CoreState.PauseReason.ShouldBe("r");
        (await StateOf("/thought")).HeadOffset.ShouldBe(2);
    }

    [Fact]
    public async Task A_preview_of_a_stream_that_is_not_there_creates_it_in_thought()
    {
        var preview = await Streams.PreviewAppendAsync(new("demo", "/nowhere", [Event()]), InTime);

        preview.Events.Single().Offset.ShouldBe(2);
        preview.CoreState.StreamId.ShouldBeNull();
        await Refused(() => Streams.PreviewAppendAsync(new("demo", "/nowhere", [Event()], MustExist: true), InTime), ErrorCodes.NotFound);
        await Refused(() => Streams.StateAsync(new("demo", "/nowhere"), InTime), ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_preview_is_refused_like_the_append()
    {
        await Append("/refusing", Event(key: "k", payload: new { x = 1 }));

        await Refused(() => Streams.PreviewAppendAsync(new("demo", "/refusing", [Event(offset: 9)]), InTime), ErrorCodes.OffsetConflict);
        await Refused(() => Streams.PreviewAppendAsync(new("demo", "/refusing", [Event(key: "k")]), InTime), ErrorCodes.IdempotencyConflict);
    }

    [Fact]
    public async Task Batches_for_many_streams_commit_or_fail_each_alone()
    {
        await Append("/many/paused", Event("stream/paused"));

        var answer = await Streams.AppendManyAsync(
            new("demo", [new("/many/a", [Event(), Event()]), new("/many/paused", [Event()]), new("/MANY", [Event()]), new("/many/none", [Event()], MustExist: true)]), InTime);

        answer.Results.Select(result => result.StreamPath).ShouldBe(["/many/a", "/many/paused", "/MANY", "/many/none"]);
        answer.Results[0].Result!.HeadOffset.ShouldBe(3);
        answer.Results.Skip(1).Select(result => result.Problem!.Code).ShouldBe([ErrorCodes.StreamPaused, ErrorCodes.InvalidPath, ErrorCodes.NotFound]);
        answer.Results[1].Problem!.Members["pausedAtOffset"].ShouldBe(2);
        await Refused(() => Streams.AppendManyAsync(new("demo", []), InTime), ErrorCodes.InvalidInput);
        await Refused(() => Streams.AppendManyAsync(new("demo", [new("/a", [Event()]), new("/a", [Event()])]), InTime), ErrorCodes.InvalidInput);
    }

    [Fact]
    public async Task Core_events_of_admins_are_refused_from_members()
    {
        await Append("/roles", Event());
        var member = Node.In(Project, OrganizationRole.Member);

        await Refused(
            () => member.AppendAsync(new("demo", "/roles", [Event("stream/breaker-configured", new { burstCapacity = 1, refillPerMinute = 1 })]), InTime),
            ErrorCodes.Forbidden);
        await Refused(() => member.AppendAsync(new("demo", "/roles", [Event("stream/breaker-tripped")]), InTime), ErrorCodes.ReservedEventType);
        await Refused(
            () => member.ResumeAsync(new("demo", "/roles", BurstCapacity: 1, RefillPerMinute: 1), InTime), ErrorCodes.Forbidden);
        await Refused(() => member.CreateAsync(new("demo", "/roles") { Recreate = true }, InTime), ErrorCodes.Forbidden);
        await member.AppendAsync(new("demo", "/roles", [Event("stream/paused")]), InTime);
    }

    private static EventInput Any(Random random) => random.Next(9) switch
    {
        0 => Event("stream/metadata-updated", new { metadata = new { title = Number(random.Next(5)) } }),
        1 => Event("stream/error-occurred", new { message = Number(random.Next()) }),
        2 => Event("stream/breaker-configured", new { burstCapacity = random.Next(1, 9), refillPerMinute = random.Next(1, 9) }),
        3 => Event("stream/subscription-configured", new { subscriptionKey = Number(random.Next(3)), subscriber = new { type = "processor", slug = "echo" } }),
        4 => Event("stream/subscription-removed", new { subscriptionKey = Number(random.Next(3)) }),
        5 => Event("stream/subscription-delivery-resumed", new { subscriptionKey = Number(random.Next(3)), mode = "skip", skippedOffset = random.Next(1, 9) }),
        _ => Event(payload: new { value = random.Next() }),
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Tokens start full after a rebuild, as they must (requirement S-57).
    private static string Same(StreamState state) =>
        Sorted(JsonText.From(state with { Breaker = state.Breaker with { AvailableTokens = null, LastRefillAt = null } }));

    private static string Sorted(JsonText json)
    {
        using var document = json.ToDocument();
        return Write(document.RootElement);

        static string Write(System.Text.Json.JsonElement element) => element.ValueKind == System.Text.Json.JsonValueKind.Object
            ? "{" + string.Join(",", element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{member.Name}:{Write(member.Value)}")) + "}"
            : element.GetRawText();
    }
}
