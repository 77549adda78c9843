using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>Sends ephemeral frames: through the gate of their stream to the followers here and to the other nodes.</summary>
internal sealed class FrameSender(LiveStreams live, WakeUpSender wakeUps, TimeProvider time) : IDisposable
{
    private const int FewGates = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, FrameGate> _gates = [];
    private int _cleanAt = FewGates;

    /// <summary>Takes a frame. Never waits.</summary>
    public void Send(long streamId, AdmittedFrame frame)
    {
        lock (_lock)
        {
            if (!_gates.TryGetValue(streamId, out var gate))
            {
                ForgetIdle();
                _gates.Add(streamId, gate = new(time, passed => Pass(streamId, passed)));
            }

            gate.Offer(frame);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var gate in _gates.Values)
            {
                gate.Dispose();
            }
        }
    }

    private void Pass(long streamId, AdmittedFrame frame)
    {
        live.Publish(streamId, frame);
        wakeUps.Send(streamId, frame);
    }

    private void ForgetIdle()
    {
        if (_gates.Count < _cleanAt)
        {
            return;
        }

        foreach (var (id, gate) in _gates)
        {
            if (gate.IsIdle)
            {
                gate.Dispose();
                _gates.Remove(id);
            }
        }

        _cleanAt = Math.Max(FewGates, _gates.Count * 2);
    }
}
