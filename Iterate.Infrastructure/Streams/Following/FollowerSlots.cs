using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// How much may be followed at once: 5,000 times on a node, 50 times by a login session or access token, 16 times by
/// a circuit (requirement S-101). Every live method of the group takes a slot.
/// </summary>
internal sealed class FollowerSlots
{
    /// <summary>Most follows of a node.</summary>
    public const int OfNode = 5_000;

    /// <summary>Most follows of a login session or access token.</summary>
    public const int OfSession = 50;

    /// <summary>Most follows of a circuit.</summary>
    public const int OfCircuit = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _byHolder = new(StringComparer.Ordinal);
    private int _taken;

    /// <summary>Slots taken on this node.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes a slot until the answer is disposed.</summary>
    /// <exception cref="ApiException"><c>too-many-followers</c>.</exception>
    public IDisposable Take(Caller caller)
    {
        var (holder, limit, name) = caller switch
        {
            { CircuitId: { } circuit } => (circuit, OfCircuit, "This page"),
            { SessionId: { } session } => (session, OfSession, "This session"),
            _ => (null, OfNode, ""),
        };
        lock (_lock)
        {
            if (_taken >= OfNode)
            {
                throw Refusals.TooManyFollowers(OfNode, "This node");
            }

            if (holder is not null)
            {
                var held = _byHolder.GetValueOrDefault(holder);
                _byHolder[holder] = held < limit ? held + 1 : throw Refusals.TooManyFollowers(limit, name);
            }

            _taken++;
        }

        return new Slot(this, holder);
    }

    private void GiveBack(string? holder)
    {
        lock (_lock)
        {
            _taken--;
            if (holder is not null && --_byHolder[holder] == 0)
            {
                _byHolder.Remove(holder);
            }
        }
    }

    private sealed class Slot(FollowerSlots slots, string? holder) : IDisposable
    {
        private bool _given;

        public void Dispose()
        {
            if (!_given)
            {
                _given = true;
                slots.GiveBack(holder);
            }
        }
    }
}
