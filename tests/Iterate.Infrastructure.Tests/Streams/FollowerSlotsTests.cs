using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>How much may be followed at once (requirement S-101).</summary>
public sealed class FollowerSlotsTests
{
    private readonly FollowerSlots _slots = new();

    [Fact]
    public void A_node_serves_5000()
    {
        for (var follower = 0; follower < 5_000; follower++)
        {
            _slots.Take(Session((follower / 50).ToString(CultureInfo.InvariantCulture)));
        }

        Refused(Session("another"));
        Refused(Caller.Anonymous);
    }

    [Fact]
    public void A_session_follows_50_times_and_no_other_pays_for_it()
    {
        var taken = Enumerable.Range(0, 50).Select(_ => _slots.Take(Session("one"))).ToList();

        Refused(Session("one"));
        _slots.Take(Session("two")).Dispose();

        taken[0].Dispose();
        taken[0].Dispose();
        _slots.Take(Session("one"));
        Refused(Session("one"));
    }

    [Fact]
    public void A_circuit_follows_16_times_whatever_else_its_session_does()
    {
        for (var follow = 0; follow < 16; follow++)
        {
            _slots.Take(Session("one") with { CircuitId = "tab" });
        }

        Refused(Session("one") with { CircuitId = "tab" });
        _slots.Take(Session("one") with { CircuitId = "another tab" });
        _slots.Take(Session("one"));
    }

    [Fact]
    public void What_is_given_back_is_free()
    {
        for (var round = 0; round < 200; round++)
        {
            _slots.Take(Session("one")).Dispose();
        }

        _slots.Taken.ShouldBe(0);
    }

    private void Refused(Caller caller)
    {
        var refusal = Should.Throw<ApiException>(() => _slots.Take(caller));
        (refusal.Code, refusal.Status).ShouldBe((ErrorCodes.TooManyFollowers, 429));
        refusal.RetryAfterSeconds.ShouldNotBeNull();
    }

    private static Caller Session(string id) => new() { UserId = "usr_1", SessionId = id };
}
