using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Streams;

public sealed class EventAdmissionTests
{
    [Fact]
    public void Every_bad_event_of_a_batch_is_reported()
    {
        var batch = JsonSerializer.Deserialize<EventInput[]>(
            """
            [
              { "type": "ok/done" },
              { "typ": "x", "payload": 1 },
              7,
              { "type": "t", "metadata": [], "offset": 0 },
              { "type": "t", "source": { "processor": { "slug": "echo", "version": 1 }, "by": "me" } },
              { "type": "t", "payload": { "a": { "b": "\u0000" } } }
            ]
            """, ApiJson.Options)!;

        Faults(batch).ShouldBe(["1 /typ", "1 /type", "2 ", "3 /offset", "3 /metadata", "4 /source/by", "5 /payload/a/b"]);
    }

    [Theory]
    [InlineData("""{ "type": "t", "extra": 1 }""", "/extra")]
    [InlineData("""{ "type": "t", "type": "u" }""", "/type")]
    [InlineData("""{ "type": 1 }""", "/type")]
    [InlineData("""{ "type": null }""", "/type")]
    [InlineData("""{ "type": "\ud800" }""", "/type")]
    [InlineData("""{ "type": "t", "idempotencyKey": 3 }""", "/idempotencyKey")]
    [InlineData("""{ "type": "t", "offset": 1.5 }""", "/offset")]
    [InlineData("""{ "type": "t", "offset": "1" }""", "/offset")]
    [InlineData("""{ "type": "t", "source": [] }""", "/source")]
    [InlineData("""{ "type": "t", "source": { "processor": { "slug": "Echo", "version": 1 } } }""", "/source/processor/slug")]
    [InlineData("""{ "type": "t", "source": { "processor": { "slug": "echo", "version": "1" } } }""", "/source/processor/version")]
    [InlineData("""{ "type": "t", "source": { "processor": { "slug": "echo", "version": 1, "x": 1 } } }""", "/source/processor/x")]
    [InlineData("""{ "type": "t", "metadata": "text" }""", "/metadata")]
    [InlineData("""{ "type": "t", "metadata": null }""", "/metadata")]
    public void A_wrong_shape_is_named_by_its_pointer(string json, string pointer) =>
        Faults([JsonSerializer.Deserialize<EventInput>(json, ApiJson.Options)!]).ShouldContain($"0 {pointer}", StringComparer.Ordinal);

    [Theory]
    [InlineData("""{"a":"\u0000"}""", "/payload/a")]
    [InlineData("""{"\u0000":1}""", "/payload")]
    [InlineData("""["ok","\ud800"]""", "/payload/1")]
    [InlineData("""{"a":{"\udc00x":1}}""", "/payload/a")]
    [InlineData("""[[{"k":1,"k":2}]]""", "/payload/0/0/k")]
    [InlineData("""{"k":1,"\u006b":2}""", "/payload/k")]
    [InlineData("""{"n":1e401}""", "/payload/n")]
    [InlineData("""{"n":1e-99999}""", "/payload/n")]
    [InlineData("not json", "/payload")]
    public void Json_that_cannot_be_kept_by_value_is_refused(string payload, string pointer) =>
        Faults([new() { Type = "t", Payload = JsonText.FromTrusted(payload) }]).ShouldBe([$"0 {pointer}"]);

    [Fact]
    public void A_lone_surrogate_in_process_is_refused() =>
        Faults([new() { Type = "t", Payload = JsonText.FromTrusted("\"\ud800\"") }]).ShouldBe(["0 /payload"]);

    [Fact]
    public void Number_literals_may_have_100_characters()
    {
        Admit(new EventInput { Type = "t", Payload = JsonText.FromTrusted(new string('9', 100)) });
        Faults([new() { Type = "t", Payload = JsonText.FromTrusted(new string('9', 101)) }]).ShouldBe(["0 /payload"]);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("""{"a":""", "}")]
    public void Payloads_may_nest_64_deep(string open, string close)
    {
        Admit(new EventInput { Type = "t", Payload = Nested(open, close, 64) });
        Faults([new() { Type = "t", Payload = Nested(open, close, 65) }]).Length.ShouldBe(1);
    }

    [Fact]
    public void Texts_are_trimmed_and_have_1_to_200_characters()
    {
        var admitted = Admit(new EventInput { Type = " " + Repeat("😀", 200) + " ", IdempotencyKey = " k " });
        admitted.Type.ShouldBe(Repeat("😀", 200));
        admitted.IdempotencyKey.ShouldBe("k");

        Faults([new() { Type = Repeat("😀", 201) }]).ShouldBe(["0 /type"]);
        Faults([new() { Type = "  " }]).ShouldBe(["0 /type"]);
        Faults([new() { Type = "a\tb" }]).ShouldBe(["0 /type"]);
        Faults([new() { Type = "t", IdempotencyKey = Repeat("k", 201) }]).ShouldBe(["0 /idempotencyKey"]);
        Faults([new() { Type = "t", IdempotencyKey = "" }]).ShouldBe(["0 /idempotencyKey"]);
        Admit(new EventInput { Type = "t", IdempotencyKey = Repeat("k", 200) });
    }

    [Fact]
    public void An_event_may_have_1_MiB()
    {
        var limit = EventAdmission.MaxEventBytes - """{"type":"t","payload":""}""".Length;
        Admit(new EventInput { Type = "t", Payload = JsonText.From(Repeat("x", limit)) }).Bytes.ShouldBe(EventAdmission.MaxEventBytes);

        var refusal = Refused([new() { Type = "ok" }, new() { Type = "t", Payload = JsonText.From(Repeat("x", limit + 1)) }], ErrorCodes.EventTooLarge);

        refusal.Members["index"].ShouldBe(1);
        refusal.Members["bytes"].ShouldBe(EventAdmission.MaxEventBytes + 1);
        refusal.Members["limit"].ShouldBe(EventAdmission.MaxEventBytes);
    }

    [Fact]
    public void The_size_is_that_of_compact_json_without_the_offset()
    {
        var input = new EventInput
        {
            Type = "a/b",
            Payload = JsonText.Parse("""{ "x" : [ 1, "é \" " ] }"""),
            Metadata = JsonText.Parse("""{ }"""),
            Source = new(new("echo", 2)),
            IdempotencyKey = "k\"ey",
            Offset = 12,
        };

        Admit(input).Bytes.ShouldBe(System.Text.Encoding.UTF8.GetByteCount(
            """{"type":"a/b","payload":{"x":[1,"é \" "]},"metadata":{},"source":{"processor":{"slug":"echo","version":2}},"idempotencyKey":"k\"ey"}"""));
    }

    [Fact]
    public void A_batch_may_have_1000_events_and_8_MiB()
    {
        EventAdmission.Admit([.. Enumerable.Repeat(new EventInput { Type = "t" }, 1_000)], EventOrigin.Caller).Count.ShouldBe(1_000);
        Refused([.. Enumerable.Repeat(new EventInput { Type = "t" }, 1_001)], ErrorCodes.BatchTooLarge);
        var large = new EventInput { Type = "t", Payload = JsonText.From(Repeat("x", (1024 * 1024) - """{"type":"t","payload":""}""".Length)) };
        EventAdmission.Admit([.. Enumerable.Repeat(large, 8)], EventOrigin.Caller).Sum(admitted => admitted.Bytes).ShouldBe(EventAdmission.MaxBatchBytes);
        Refused([.. Enumerable.Repeat(large, 8), new EventInput { Type = "one more" }], ErrorCodes.BatchTooLarge);
    }

    [Fact]
    public void Metadata_may_have_64_KiB()
    {
        Admit(new EventInput { Type = "t", Metadata = JsonText.From(new { a = Repeat("x", (64 * 1024) - 8) }) });
        Faults([new() { Type = "t", Metadata = JsonText.From(new { a = Repeat("x", (64 * 1024) - 7) }) }]).ShouldBe(["0 /metadata"]);
    }

    [Theory]
    [InlineData("stream/created")]
    [InlineData("stream/child-stream-created")]
    [InlineData("stream/unheard-of")]
    [InlineData("stream/breaker-tripped")]
    public void Types_of_the_platform_are_refused_from_callers(string type)
    {
        Refused([new() { Type = type }], ErrorCodes.ReservedEventType);
        Refused([new() { Type = type }], ErrorCodes.ReservedEventType, EventOrigin.Admin);
    }

    [Theory]
    [InlineData("stream/subscription-configured")]
    [InlineData("stream/subscription-removed")]
    [InlineData("stream/subscription-delivery-resumed")]
    [InlineData("stream/breaker-configured")]
    public void Types_for_admins_are_refused_from_other_callers(string type) => Refused([new() { Type = type }], ErrorCodes.Forbidden);

    [Theory]
    [InlineData("stream/paused", """{"reason":"r"}""", true)]
    [InlineData("stream/paused", """{"reason":1}""", false)]
    [InlineData("stream/resumed", """{"why":"r"}""", false)]
    [InlineData("stream/metadata-updated", """{"metadata":{"title":"t"}}""", true)]
    [InlineData("stream/metadata-updated", """{"metadata":7}""", false)]
    [InlineData("stream/metadata-updated", """{}""", false)]
    [InlineData("stream/error-occurred", """{"message":"m","error":{"message":"e","stack":"s"}}""", true)]
    [InlineData("stream/error-occurred", """{"message":"m","error":{"name":"e"}}""", false)]
    [InlineData("stream/error-occurred", """[]""", false)]
    [InlineData("stream/breaker-configured", """{"burstCapacity":1,"refillPerMinute":1000000000}""", true)]
    [InlineData("stream/breaker-configured", """{"burstCapacity":0,"refillPerMinute":1}""", false)]
    [InlineData("stream/breaker-configured", """{"burstCapacity":1.5,"refillPerMinute":1}""", false)]
    [InlineData("stream/subscription-configured", """{"subscriptionKey":"k","subscriber":{"type":"processor","slug":"echo"},"start":"beginning"}""", true)]
    [InlineData("stream/subscription-configured", """{"subscriptionKey":"k","subscriber":{"type":"webhook","url":"https://x"},"start":7,"filter":{"eventTypes":["a/*"]}}""", true)]
    [InlineData("stream/subscription-configured", """{"subscriptionKey":"-k","subscriber":{"type":"processor","slug":"echo"}}""", false)]
    [InlineData("stream/subscription-configured", """{"subscriptionKey":"k","subscriber":{"type":"pigeon"}}""", false)]
    [InlineData("stream/subscription-configured", """{"subscriptionKey":"k","subscriber":{"type":"processor","slug":"echo","url":"u"}}""", false)]
    [InlineData("stream/subscription-configured", """{"subscriptionKey":"k","subscriber":{"type":"processor","slug":"echo"},"start":"later"}""", false)]
    [InlineData("stream/subscription-delivery-resumed", """{"subscriptionKey":"k","mode":"skip","skippedOffset":4}""", true)]
    [InlineData("stream/subscription-delivery-resumed", """{"subscriptionKey":"k","mode":"hope"}""", false)]
    [InlineData("stream/subscription-removed", """{}""", false)]
    [InlineData("stream/subscriber-connected", """{"subscriptionKey":"k","subscriber":{"kind":"processor","activation":"a","slug":"echo","version":1}}""", true)]
    [InlineData("stream/subscriber-disconnected", """{"subscriptionKey":"k","reason":"shutdown"}""", true)]
    [InlineData("stream/subscriber-disconnected", """{"subscriptionKey":"k","reason":"bored"}""", false)]
    [InlineData("stream/subscription-delivery-halted", """{"subscriptionKey":"k","afterOffset":3,"failingOffset":4,"attempts":15,"error":"e"}""", true)]
    [InlineData("stream/created", """{"projectId":"prj_1","path":"/"}""", true)]
    [InlineData("stream/child-stream-created", """{"childPath":7}""", false)]
    [InlineData("stream/breaker-tripped", """{"overdraft":1,"burstCapacity":1,"refillPerMinute":1}""", true)]
    public void Core_events_have_known_payloads(string type, string payload, bool accepted)
    {
        EventInput[] batch = [new() { Type = type, Payload = JsonText.Parse(payload) }];
        if (accepted)
        {
            EventAdmission.Admit(batch, EventOrigin.Platform);
        }
        else
        {
            Refused(batch, ErrorCodes.InvalidEvent, EventOrigin.Platform);
        }
    }

    [Fact]
    public void Events_survive_a_round_trip_through_json()
    {
        var input = new EventInput
        {
            Type = "t",
            Payload = JsonText.Parse("null"),
            Source = new(),
            IdempotencyKey = "k",
            Offset = 4,
        };

        var json = JsonSerializer.Serialize(input, ApiJson.Options);

        json.ShouldBe("""{"type":"t","payload":null,"source":{},"idempotencyKey":"k","offset":4}""");
        JsonSerializer.Deserialize<EventInput>(json, ApiJson.Options).ShouldBe(input);
    }

    private static AdmittedEvent Admit(EventInput input) => EventAdmission.Admit([input], EventOrigin.Caller)[0];

    private static ApiException Refused(EventInput[] batch, string code, EventOrigin origin = EventOrigin.Caller)
    {
        var refusal = Should.Throw<ApiException>(() => EventAdmission.Admit(batch, origin));
        refusal.Code.ShouldBe(code, refusal.Message);
        return refusal;
    }

    private static string[] Faults(EventInput[] batch) =>
        [.. ((IReadOnlyList<EventFault>)Refused(batch, ErrorCodes.InvalidEvent).Members["errors"]!).Select(fault => $"{fault.Index} {fault.Pointer}")];

    private static JsonText Nested(string open, string close, int depth) =>
        JsonText.FromTrusted(Repeat(open, depth) + (open is "[" ? "" : "1") + Repeat(close, depth));

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
