using Iterate.Domain.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Streams;

public sealed class EventDraftTests
{
    [Fact]
    public void An_object_is_one_event() =>
        EventDraft.Parse("""{ "type": "note/added", "payload": { "text": "hi" } }""")
            .Events.ShouldHaveSingleItem().Type.ShouldBe("note/added");

    [Fact]
    public void An_array_is_several_events() =>
        EventDraft.Parse("""[{ "type": "a" }, { "type": "b" }]""").Events.Select(input => input.Type).ShouldBe(["a", "b"]);

    [Fact]
    public void Blank_text_is_neither_ready_nor_wrong()
    {
        var draft = EventDraft.Parse("  \n ");

        draft.IsReady.ShouldBeFalse();
        draft.Error.ShouldBeNull();
    }

    [Fact]
    public void Bad_json_is_named_by_line_and_column()
    {
        var error = EventDraft.Parse("{\n  \"type\": \"a\",\n  \"payload\": oops\n}").Error.ShouldNotBeNull();

        (error.Line, error.Column).ShouldBe((3, 14));
        error.Message.ShouldStartWith("Line 3, column 14: ");
    }

    [Fact]
    public void Columns_count_characters_not_bytes() =>
        EventDraft.Parse("""{ "type": "größe", "payload": x }""").Error.ShouldNotBeNull().Column.ShouldBe(31);

    [Theory]
    [InlineData("[]")]
    [InlineData("42")]
    [InlineData("""{ "payload": 1 }""")]
    [InlineData("""{ "type": "a", "colour": 1 }""")]
    public void What_is_not_an_event_is_refused(string text) => EventDraft.Parse(text).Error.ShouldNotBeNull();

    [Fact]
    public void Sending_a_draft_again_uses_the_same_keys_and_keeps_typed_ones()
    {
        var draft = EventDraft.Parse("""[{ "type": "a" }, { "type": "b", "idempotencyKey": "mine" }]""");

        draft.WithKeys("k1").Select(input => input.IdempotencyKey).ShouldBe(["draft:k1:0", "mine"]);
        draft.WithKeys("k1").ShouldBe(draft.WithKeys("k1"));
    }
}
