using Iterate.Domain.Streams;
using Iterate.Infrastructure.Streams;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>How much passes, and what becomes of the rest (requirement S-104).</summary>
public sealed class FrameGateTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly List<AdmittedFrame> _passed = [];
    private readonly FrameGate _gate;

    public FrameGateTests() => _gate = new(_time, _passed.Add);

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void What_is_within_the_limit_passes_at_once()
    {
        Offer(1, 50);

        Names().ShouldBe(Enumerable.Range(1, 50));
    }

    [Fact]
    public void The_oldest_that_wait_are_dropped_and_the_next_says_how_many()
    {
        Offer(1, 130);
        Names().ShouldBe(Enumerable.Range(1, 50));

        _time.Advance(TimeSpan.FromSeconds(1));

        Names().ShouldBe([.. Enumerable.Range(1, 50), .. Enumerable.Range(81, 50)]);
        _passed[50].Frame.Dropped.ShouldBe(30);
        _passed.Where((_, index) => index != 50).ShouldAllBe(frame => frame.Frame.Dropped == null);
    }

    [Fact]
    public void No_second_lets_more_than_fifty_pass()
    {
        var times = new List<DateTimeOffset>();
        using var gate = new FrameGate(_time, _ => times.Add(_time.GetUtcNow()));
        for (var tick = 0; tick < 500; tick++)
        {
            gate.Offer(Frame(tick, 10));
            _time.Advance(TimeSpan.FromMilliseconds(7));
        }

        times.Count.ShouldBeGreaterThan(150);
        times.Zip(times.Skip(50)).ShouldAllBe(pair => pair.Second - pair.First >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_mebibyte_a_second_passes()
    {
        for (var number = 1; number <= 20; number++)
        {
            _gate.Offer(Frame(number, 64 * 1024));
        }

        _passed.Count.ShouldBe(16);
        _time.Advance(TimeSpan.FromSeconds(1));
        _passed.Count.ShouldBe(20);
    }

    [Fact]
    public void Every_frame_either_passes_or_is_counted()
    {
        var random = new Random(3);
        for (var number = 1; number <= 2_000; number++)
        {
            _gate.Offer(Frame(number, random.Next(100, 64 * 1024)));
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(0, 20)));
        }

        _gate.IsIdle.ShouldBeFalse();
        for (var second = 0; second < 5; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Names().ShouldBeInOrder();
        Names()[^1].ShouldBe(2_000);
        (_passed.Count + _passed.Sum(frame => frame.Frame.Dropped ?? 0)).ShouldBe(2_000);
        _gate.IsIdle.ShouldBeTrue();
    }

    [Fact]
    public void A_slow_reader_learns_how_many_frames_it_missed()
    {
        var ring = new FrameRing();
        var cursor = ring.Newest;
        for (var number = 1; number <= 70; number++)
        {
            ring.Add(Frame(number, 10));
        }

        ring.Add(new(Frame(76, 10).Frame with { Dropped = 5 }, 10));
        var (frames, through) = ring.Read(cursor, FrameGate.MaxBytes);

        frames.Count.ShouldBe(50);
        frames[0].Dropped.ShouldBe(21);
        frames[^1].Dropped.ShouldBe(5);
        (frames.Count + frames.Sum(frame => frame.Dropped ?? 0)).ShouldBe(76);
        ring.Read(through, FrameGate.MaxBytes).Frames.ShouldBeEmpty();
    }

    private void Offer(int first, int last)
    {
        for (var number = first; number <= last; number++)
        {
            _gate.Offer(Frame(number, 10));
        }
    }

    private int[] Names() => [.. _passed.Select(frame => int.Parse(frame.Frame.Name, System.Globalization.CultureInfo.InvariantCulture))];

    private static AdmittedFrame Frame(int number, int bytes) =>
        new(new() { Name = number.ToString(System.Globalization.CultureInfo.InvariantCulture), SentAt = DateTimeOffset.UnixEpoch }, bytes);
}
