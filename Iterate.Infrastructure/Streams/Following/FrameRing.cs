using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// The newest ephemeral frames of one stream on one node. Frames are numbered, dropped ones included, so each
/// follower sees from the numbers how many it missed (requirement S-104). It holds one second's worth.
/// </summary>
internal sealed class FrameRing
{
    private readonly Lock _lock = new();
    private readonly Queue<(long Number, AdmittedFrame Frame)> _frames = new();
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _number;
    private long _bytes;

    /// <summary>Number of the newest frame; whoever begins now begins after it.</summary>
    public long Newest
    {
        get
        {
            lock (_lock)
            {
                return _number;
            }
        }
    }

    /// <summary>Completes when a frame arrives. Take it before reading.</summary>
    public Task Arrived
    {
        get
        {
            lock (_lock)
            {
                return _arrived.Task;
            }
        }
    }

    /// <summary>Takes a frame; its <see cref="EphemeralFrame.Dropped"/> says how many never came before it.</summary>
    public void Add(AdmittedFrame frame)
    {
        TaskCompletionSource arrived;
        lock (_lock)
        {
            _number += 1 + (frame.Frame.Dropped ?? 0);
            _frames.Enqueue((_number, frame));
            _bytes += frame.Bytes;
            while (_frames.Count > FrameGate.MaxFrames || _bytes > FrameGate.MaxBytes)
            {
                _bytes -= _frames.Dequeue().Frame.Bytes;
            }

            arrived = _arrived;
            _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        arrived.SetResult();
    }

    /// <summary>Frames after number <paramref name="after"/>, as many as fit, and the number to go on after.</summary>
    public (List<EphemeralFrame> Frames, long Through) Read(long after, long maxBytes)
    {
        lock (_lock)
        {
            var frames = new List<EphemeralFrame>();
            foreach (var (number, frame) in _frames)
            {
                if (number <= after)
                {
                    continue;
                }

                maxBytes -= frame.Bytes;
                if (maxBytes < 0)
                {
                    break;
                }

                var missed = number - after - 1;
                frames.Add(frame.Frame with { Dropped = missed == 0 ? null : missed });
                after = number;
            }

            return (frames, after);
        }
    }
}
