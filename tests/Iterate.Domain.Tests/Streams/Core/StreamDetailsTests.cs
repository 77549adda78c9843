using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Streams.Core;

public sealed class StreamDetailsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private StreamTip _tip = StreamTip.Empty;
    private StreamDetails _details = StreamDetails.Empty;
    private StreamPath _path = StreamPath.Parse("/a");

    [Fact]
    public void Children_are_named_once_in_order_of_arrival()
    {
        Child("/a/y/deep");
        Child("/a/x");
        Child("/a/y");
        Child("/elsewhere/z");

        _details.Children.ShouldBe(["y", "x"]);
        _details.ChildCount.ShouldBe(2);
    }

    [Fact]
    public void The_root_has_children_too()
    {
        _path = StreamPath.Root;

        Child("/a/b");

        _details.Children.ShouldBe(["a"]);
    }

    [Fact]
    public void Beyond_a_thousand_children_are_counted_and_not_named()
    {
        for (var number = 0; number < StreamDetails.MaxChildren; number++)
        {
            Child(string.Create(CultureInfo.InvariantCulture, $"/a/c{number}"));
        }

        Child("/a/last/deep");
        Child("/a/last");
        Child("/a/c7");

        _details.Children.Count.ShouldBe(StreamDetails.MaxChildren);
        _details.ChildCount.ShouldBe(StreamDetails.MaxChildren + 1);
    }

    [Fact]
    public void A_subscription_keeps_its_anchor_until_it_is_removed_or_told_otherwise()
    {
        Configure("k", "\"slug\":\"echo\",\"type\":\"processor\"");
        Configure("k", "\"slug\":\"other\",\"type\":\"processor\"");
        _details.Subscriptions["k"].AnchorOffset.ShouldBe(1);
        _details.Subscriptions["k"].ConfiguredAtOffset.ShouldBe(2);

        Configure("k", "\"slug\":\"other\",\"type\":\"processor\"", "\"beginning\"");
        _details.Subscriptions["k"].AnchorOffset.ShouldBe(0);

        Platform(CoreEvents.SubscriptionRemoved, """{"subscriptionKey":"k"}""");
        Configure("k", "\"slug\":\"echo\",\"type\":\"processor\"");
        _details.Subscriptions["k"].AnchorOffset.ShouldBe(5);
    }

    [Fact]
    public void A_halted_delivery_is_halted_until_it_is_resumed()
    {
        Configure("k", "\"slug\":\"echo\",\"type\":\"processor\"");
        Platform(CoreEvents.SubscriptionDeliveryHalted, """{"subscriptionKey":"k","afterOffset":1,"failingOffset":2,"attempts":15,"error":"boom"}""");
        _details.Subscriptions["k"].Halt.ShouldBe(new StreamDeliveryHalt(1, 15, "boom", 2));

        Platform(CoreEvents.SubscriptionDeliveryResumed, """{"subscriptionKey":"k","mode":"skip","skippedOffset":2}""");

        _details.Subscriptions["k"].Halt.ShouldBeNull();
        _details.Subscriptions["k"].SkippedOffsets.ShouldBe([2]);
    }

    [Fact]
    public void What_was_not_given_is_not_missing_when_the_state_is_read_back()
    {
        Configure("k", "\"slug\":\"echo\",\"type\":\"processor\"");
        Platform(CoreEvents.SubscriberConnected, """{"subscriptionKey":"k","subscriber":{"kind":"webhook","activation":"a1"}}""");
        Platform(CoreEvents.SubscriptionDeliveryHalted, """{"subscriptionKey":"k","afterOffset":1,"attempts":0,"error":"imported"}""");
        Platform(CoreEvents.ErrorOccurred, """{"message":"boom"}""");

        StreamDetails.Parse(_details.ToJson()).ToJson().ShouldBe(_details.ToJson());
    }

    [Fact]
    public void The_roster_knows_who_is_connected_and_with_which_contract()
    {
        Configure("k", "\"slug\":\"echo\",\"type\":\"processor\"");
        Platform(CoreEvents.SubscriberConnected, """{"subscriptionKey":"k","subscriber":{"kind":"processor","activation":"a1","slug":"echo","version":3,"contract":{"x":1}}}""");

        _details.Subscribers["k"].ShouldBe(new StreamSubscriber(2, "processor", "a1", "echo", 3));
        _details.Processors["echo"].ValueEquals(JsonText.Parse("""{"x":1}""")).ShouldBeTrue();

        Platform(CoreEvents.SubscriberDisconnected, """{"subscriptionKey":"k","reason":"shutdown"}""");
        _details.Subscribers.ShouldBeEmpty();
    }

    [Fact]
    public void A_subscription_cannot_change_its_type()
    {
        Configure("k", "\"slug\":\"echo\",\"type\":\"processor\"");

        Should.Throw<ApiException>(() => Configure("k", "\"url\":\"https://x\",\"type\":\"webhook\"")).Code.ShouldBe(ErrorCodes.SubscriberTypeChanged);
    }

    [Fact]
    public void A_stream_has_64_subscriptions_and_no_more()
    {
        for (var number = 0; number < 64; number++)
        {
            Configure(string.Create(CultureInfo.InvariantCulture, $"k{number}"), "\"slug\":\"echo\",\"type\":\"processor\"");
        }

        Should.Throw<ApiException>(() => Configure("one-more", "\"slug\":\"echo\",\"type\":\"processor\"")).Code.ShouldBe(ErrorCodes.TooManySubscriptions);
    }

    [Fact]
    public void A_state_that_would_be_too_large_refuses_the_batch()
    {
        var contract = new string('x', 60 * 1024);
        var refusal = Should.Throw<ApiException>(() =>
        {
            for (var number = 0; number < 20; number++)
            {
                Platform(
                    CoreEvents.SubscriberConnected,
                    string.Create(CultureInfo.InvariantCulture, $$"""{"subscriptionKey":"k","subscriber":{"kind":"processor","activation":"a","slug":"p{{number}}","contract":{"x":"{{contract}}"} } }"""));
            }
        });

        refusal.Code.ShouldBe(ErrorCodes.StreamStateTooLarge);
        _details.ToJson().Length.ShouldBeLessThanOrEqualTo(StreamDetails.MaxBytes);
    }

    [Fact]
    public void What_a_newer_version_wrote_is_counted_and_handed_on()
    {
        _details = StreamDetails.Parse("""{"childCount":0,"children":[],"fromTheFuture":{"x":1}}""");

        var before = _tip.HeadOffset;
        Future("stream/unheard-of", "{}");
        Future(CoreEvents.BreakerConfigured, """{"burstCapacity":"many"}""");
        Child("/a/b");

        _tip.HeadOffset.ShouldBe(before + 3);
        _tip.Breaker.BurstCapacity.ShouldBe(Breaker.Default.BurstCapacity);
        _details.ToJson().ShouldContain("fromTheFuture");
    }

    [Theory]
    [InlineData("\"activation\":\"a\"", "\"afterOffset\":1", """{"message":"m"}""")]
    [InlineData("\"activation\":\"a\",\"slug\":\"echo\",\"version\":1,\"contract\":{}", "\"afterOffset\":1,\"failingOffset\":2", """{"message":"m","error":{"message":"e"}}""")]
    public void A_state_comes_back_from_storage_as_it_was(string subscriber, string halt, string error)
    {
        Child("/a/b");
        Configure("k", "\"slug\":\"echo\",\"type\":\"processor\"");
        Platform(CoreEvents.SubscriberConnected, $$"""{"subscriptionKey":"k","subscriber":{"kind":"processor",{{subscriber}} } }""");
        Platform(CoreEvents.SubscriptionDeliveryHalted, $$"""{"subscriptionKey":"k","attempts":1,"error":"e",{{halt}} }""");
        Platform(CoreEvents.ErrorOccurred, error);

        var back = StreamDetails.Parse(_details.ToJson());

        back.ToJson().ShouldBe(_details.ToJson());
        back.LastError!.Message.ShouldBe("m");
        back.Subscribers["k"].ShouldBe(_details.Subscribers["k"]);
        back.Subscriptions["k"].Halt.ShouldBe(_details.Subscriptions["k"].Halt);
        StreamDetails.Parse(StreamDetails.Empty.ToJson()).ToJson().ShouldBe(StreamDetails.Empty.ToJson());
    }

    private void Child(string path) => Append(CoreEvents.ChildStreamCreatedEvent(path, path));

    private void Configure(string key, string subscriber, string? start = null) => Platform(
        CoreEvents.SubscriptionConfigured, $$"""{"subscriptionKey":"{{key}}","subscriber":{ {{subscriber}} }{{(start is null ? "" : ",\"start\":" + start)}} }""");

    private void Platform(string type, string payload) => Append(new() { Type = type, Payload = JsonText.Parse(payload) });

    private void Append(EventInput input)
    {
        var decision = AppendRules.Decide(_path, _tip, _details, EventAdmission.Admit([input], EventOrigin.Platform), Noon, _ => null);
        (_tip, _details) = (decision.Tip, decision.Details!);
    }

    private void Future(string type, string payload)
    {
        var committed = new StreamEvent { Offset = _tip.HeadOffset + 1, Type = type, Payload = JsonText.Parse(payload), CreatedAt = Noon };
        (_tip, _details) = (_tip.After(committed), _details.After(committed, _path));
    }
}
