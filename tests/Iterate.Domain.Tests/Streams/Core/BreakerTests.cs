using FsCheck;
using FsCheck.Fluent;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Streams.Core;

public sealed class BreakerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_bucket_is_what_the_requirement_says_to_the_last_fraction() => Prop.ForAll(
        Gen.Zip(Gen.Choose(1, 20), Gen.Choose(1, 5_000)).ToArbitrary(),
        Gen.Zip(Gen.Choose(-500, 90_000), Gen.Choose(0, 4)).ListOf().ToArbitrary(),
        (setting, steps) =>
        {
            var breaker = Breaker.Default.Configured(setting.Item1, setting.Item2);
            decimal sixtyThousandths = setting.Item1 * 60_000;
            var (now, counted) = (Noon, Noon);
            foreach (var (gap, cost) in steps)
            {
                now = now.AddMilliseconds(gap) > counted ? now.AddMilliseconds(gap) : counted;
                for (var event_ = 0; event_ < cost; event_++)
                {
                    breaker = breaker.Spent(now);
                    var elapsed = (decimal)(now - counted).TotalMilliseconds;
                    sixtyThousandths = Math.Min(setting.Item1 * 60_000, sixtyThousandths + (elapsed * setting.Item2)) - 60_000;
                    counted = now;
                }
            }

            return breaker.Level == sixtyThousandths && breaker.AvailableTokens == Math.Floor(sixtyThousandths / 60_000);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_longest_rest_and_the_fastest_refill_only_fill_it()
    {
        var empty = Breaker.Default.Configured(Breaker.MaxSetting, Breaker.MaxSetting).Spent(DateTimeOffset.MinValue);

        empty.RefilledAt(DateTimeOffset.MaxValue).AvailableTokens.ShouldBe(Breaker.MaxSetting);
    }

    [Fact]
    public void A_clock_that_goes_back_refills_nothing()
    {
        var spent = Breaker.Default.Configured(1, 1).Spent(Noon);

        spent.Spent(Noon.AddHours(-1)).Overdraft.ShouldBe(1);
        spent.Spent(Noon.AddHours(-1)).Spent(Noon).Overdraft.ShouldBe(2);
    }

    [Fact]
    public void The_batch_that_overdraws_is_written_whole_and_closes_the_stream()
    {
        var tip = new StreamTip { Breaker = Breaker.Default.Configured(2, 1) };

        var decision = AppendRules.Decide(StreamPath.Root, tip, details: null, Admitted("a", "b", "c", "d"), Noon, _ => null);

        decision.Written.Select(written => written.Event.Type).ShouldBe(["a", "b", "c", "d", CoreEvents.BreakerTripped, CoreEvents.Paused]);
        decision.Events.Count.ShouldBe(4);
        decision.CommittedCount.ShouldBe(4);
        decision.Tip.HeadOffset.ShouldBe(6);
        decision.Tip.PauseReason.ShouldBe(CoreEvents.BreakerPauseReason);
        decision.Tip.Breaker.TrippedAtOffset.ShouldBe(5);
        decision.Written[4].Event.Payload.ValueEquals(JsonText.Parse("""{"overdraft":2,"burstCapacity":2,"refillPerMinute":1}""")).ShouldBeTrue();
        Should.Throw<ApiException>(() => AppendRules.Decide(StreamPath.Root, decision.Tip, null, Admitted("e"), Noon, _ => null))
            .Code.ShouldBe(ErrorCodes.StreamPaused);
    }

    [Fact]
    public void Events_of_the_core_and_repeated_keys_cost_nothing()
    {
        var tip = new StreamTip { Breaker = Breaker.Default.Configured(1, 1) };
        var first = AppendRules.Decide(StreamPath.Root, tip, null, [Keyed("k")], Noon, _ => null);

        var again = AppendRules.Decide(StreamPath.Root, first.Tip, StreamDetails.Empty, [Keyed("k"), .. Errors(10)], Noon, _ => first.Events[0]);

        again.Tip.Breaker.AvailableTokens.ShouldBe(0);
        again.Tip.PausedAtOffset.ShouldBeNull();
    }

    [Fact]
    public void Resuming_and_configuring_fill_it()
    {
        var tripped = AppendRules.Decide(
            StreamPath.Root, new StreamTip { Breaker = Breaker.Default.Configured(1, 1) }, null, Admitted("a", "b"), Noon, _ => null).Tip;

        var resumed = AppendRules.Decide(StreamPath.Root, tripped, null, Platform(CoreEvents.ResumedEvent(null)), Noon, _ => null).Tip;
        var both = AppendRules.Decide(
            StreamPath.Root, tripped, null, Platform(CoreEvents.ResumedEvent(null), CoreEvents.BreakerConfiguredEvent(5, 6)), Noon, _ => null).Tip;

        resumed.Breaker.AvailableTokens.ShouldBe(1);
        both.Breaker.AvailableTokens.ShouldBe(5);
        both.Breaker.RefillPerMinute.ShouldBe(6);
        both.Breaker.TrippedAtOffset.ShouldBe(3);
    }

    private static IReadOnlyList<AdmittedEvent> Admitted(params string[] types) =>
        EventAdmission.Admit([.. types.Select(type => new EventInput { Type = type })], EventOrigin.Caller);

    private static AdmittedEvent Keyed(string key) => EventAdmission.Admit([new() { Type = "a", IdempotencyKey = key }], EventOrigin.Caller)[0];

    private static IEnumerable<AdmittedEvent> Errors(int count) => EventAdmission.Admit(
        [.. Enumerable.Repeat(new EventInput { Type = CoreEvents.ErrorOccurred, Payload = JsonText.From(new { message = "m" }) }, count)], EventOrigin.Caller);

    private static IReadOnlyList<AdmittedEvent> Platform(params EventInput[] events) => EventAdmission.Admit(events, EventOrigin.Platform);
}
