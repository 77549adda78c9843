using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

public sealed class IdempotencyTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task Repeating_a_key_answers_the_first_result()
    {
        var first = await Append("/a", Event(payload: new { x = 1, y = 2.0 }, key: "k"));

        var again = await Append("/a", new EventInput
        {
            Type = "test/happened",
            Payload = JsonText.Parse("""{ "y": 2, "x": 1 }"""),
            IdempotencyKey = "k",
            Offset = 77,
        });

        again.CommittedCount.ShouldBe(0);
        again.Events.Single().Offset.ShouldBe(first.Events.Single().Offset);
        again.Events.Single().CreatedAt.ShouldBe(first.Events.Single().CreatedAt);
        again.HeadOffset.ShouldBe(2);
    }

    [Fact]
    public async Task A_key_with_another_body_refuses_the_batch()
    {
        await Append("/a", Event(payload: 1, key: "k"));

        var refusal = await Refused(() => Append("/a", Event(), Event(payload: 2, key: "k")), ErrorCodes.IdempotencyConflict);

        refusal.Members["index"].ShouldBe(1);
        refusal.Members["existingOffset"].ShouldBe(2L);
        (await ReadAll("/a")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task One_key_twice_in_a_batch_is_one_event()
    {
        var response = await Append("/a", Event(key: "k"), Event(key: "k"), Event());

        response.Events.Select(committed => committed.Offset).ShouldBe([2, 2, 3]);
        response.CommittedCount.ShouldBe(2);
        await Refused(() => Append("/b", Event(payload: 1, key: "k"), Event(payload: 2, key: "k")), ErrorCodes.IdempotencyConflict);
    }

    [Fact]
    public async Task Keys_belong_to_their_stream()
    {
        await Append("/a", Event(payload: 1, key: "k"));

        (await Append("/b", Event(payload: 2, key: "k"))).CommittedCount.ShouldBe(1);
    }

    [Fact]
    public async Task Many_calls_with_one_key_on_two_nodes_commit_once()
    {
        await using var other = await TestNode.StartAsync(ConnectionString);
        var here = Streams;
        var there = other.In(Project);

        var responses = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Task.Run(
            () => (number % 2 == 0 ? here : there).AppendAsync(new("demo", "/a", [Event(key: "k")]), InTime), InTime)));

        responses.Sum(response => response.CommittedCount).ShouldBe(1);
        responses.ShouldAllBe(response => response.Events[0].Offset == 2);
        (await ReadAll("/a")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Only_events_that_are_written_count_for_preconditions()
    {
        await Append("/a", Event(key: "k"));

        var response = await Append("/a", Event(key: "k"), Event(offset: 3));

        response.HeadOffset.ShouldBe(3);
    }

    [Theory]
    [InlineData("iterate:x")]
    [InlineData("outbox:x")]
    public async Task Keys_of_the_platform_are_refused(string key)
    {
        var refusal = await Refused(() => Append("/a", Event(key: key)), ErrorCodes.InvalidEvent);

        refusal.Message.ShouldContain("/idempotencyKey");
    }
}
