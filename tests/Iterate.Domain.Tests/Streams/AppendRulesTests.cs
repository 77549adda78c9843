using FsCheck;
using FsCheck.Fluent;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Streams;

public sealed class AppendRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<AdmittedEvent> Events =
        from type in Gen.Elements("a", "b", CoreEvents.Paused, CoreEvents.Resumed, CoreEvents.ErrorOccurred)
        from key in Gen.Elements(null, null, "k1", "k2", "k3")
        from body in Gen.Choose(1, 2)
        from offset in Gen.Frequency((5, Gen.Constant<long?>(null)), (1, Gen.Choose(1, 6).Select(number => (long?)number)))
        select Admitted(type, key, body, offset);

    [Fact]
    public void A_log_follows_the_rules_however_batches_come() =>
        Prop.ForAll(Events.ListOf().ListOf().ToArbitrary(), batches =>
        {
            var log = new List<StreamEvent>();
            var tip = StreamTip.Empty;
            foreach (var batch in batches)
            {
                var before = tip;
                try
                {
                    var decision = AppendRules.Decide(StreamPath.Root, tip, StreamDetails.Empty, [.. batch], Noon, key => log.Find(committed => string.Equals(committed.IdempotencyKey, key, StringComparison.Ordinal)));
                    log.AddRange(decision.Written.Select(written => written.Event));
                    tip = decision.Tip;
                    decision.Events.Count.ShouldBe(batch.Count);
                }
                catch (ApiException)
                {
                    tip.ShouldBe(before);
                }
            }

            log.Select(committed => committed.Offset).ShouldBe(Enumerable.Range(1, log.Count).Select(offset => (long)offset));
            tip.HeadOffset.ShouldBe(log.Count);
            var keys = log.Where(committed => committed.IdempotencyKey is not null).Select(committed => committed.IdempotencyKey).ToArray();
            keys.Distinct(StringComparer.Ordinal).Count().ShouldBe(keys.Length);
            var paused = false;
            foreach (var committed in log)
            {
                (paused && !CoreEvents.PassesPause(committed.Type)).ShouldBeFalse();
                paused = committed.Type is CoreEvents.Paused || (paused && committed.Type is not CoreEvents.Resumed);
            }

            (tip.PausedAtOffset is not null).ShouldBe(paused);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Times_never_decrease_under_a_clock_that_jumps() =>
        Prop.ForAll(Gen.Choose(-5_000, 5_000).ListOf().ToArbitrary(), jumps =>
        {
            var tip = StreamTip.Empty;
            var now = Noon;
            var times = new List<DateTimeOffset>();
            foreach (var jump in jumps)
            {
                now += TimeSpan.FromMilliseconds(jump + 0.25);
                var decision = AppendRules.Decide(StreamPath.Root, tip, StreamDetails.Empty, [Admitted("a", null, 1, null)], now, _ => null);
                tip = decision.Tip;
                times.Add(decision.Events[0].CreatedAt);
            }

            return times.SequenceEqual(times.Order()) && times.TrueForAll(time => time.Ticks % TimeSpan.TicksPerMillisecond == 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_repeated_key_ignores_pause_and_precondition()
    {
        var first = AppendRules.Decide(StreamPath.Root, StreamTip.Empty, StreamDetails.Empty, [Admitted("a", "k", 1, null), Admitted(CoreEvents.Paused, null, 0, null)], Noon, _ => null);

        var again = AppendRules.Decide(StreamPath.Root, first.Tip, StreamDetails.Empty, [Admitted("a", "k", 1, 77)], Noon, _ => first.Events[0]);

        again.Written.ShouldBeEmpty();
        again.Events.Single().ShouldBe(first.Events[0]);
    }

    [Fact]
    public void The_title_comes_from_the_newest_metadata()
    {
        var set = new EventInput { Type = CoreEvents.MetadataUpdated, Payload = JsonText.Parse("""{"metadata":{"title":"T"}}""") };
        var clear = new EventInput { Type = CoreEvents.MetadataUpdated, Payload = JsonText.Parse("""{"metadata":{}}""") };

        var one = AppendRules.Decide(StreamPath.Root, StreamTip.Empty, StreamDetails.Empty, EventAdmission.Admit([set], EventOrigin.Caller), Noon, _ => null);
        var two = AppendRules.Decide(StreamPath.Root, one.Tip, StreamDetails.Empty, EventAdmission.Admit([clear], EventOrigin.Caller), Noon, _ => null);

        one.Tip.Title.ShouldBe("T");
        two.Tip.Title.ShouldBeNull();
    }

    private static AdmittedEvent Admitted(string type, string? key, int body, long? offset) => EventAdmission.Admit(
        [
            new()
            {
                Type = type,
                Payload = type.StartsWith(CoreEvents.Prefix, StringComparison.Ordinal)
                    ? type is CoreEvents.ErrorOccurred ? JsonText.From(new { message = "m" }) : default
                    : JsonText.From(body),
                IdempotencyKey = key,
                Offset = offset,
            },
        ],
        EventOrigin.Caller)[0];
}
