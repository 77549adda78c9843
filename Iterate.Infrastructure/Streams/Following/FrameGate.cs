using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Lets at most 50 frames and 1 MiB of one stream pass in any second (requirement S-104). What comes faster waits, at
/// most a second's worth; then the oldest waiting frame is dropped and the next to pass says how many were.
/// </summary>
/// <param name="time">The node's clock.</param>
/// <param name="pass">Gets each frame that passes, in order; must neither block nor throw.</param>
internal sealed class FrameGate(TimeProvider time, Action<AdmittedFrame> pass) : IDisposable
{
    /// <summary>Most frames of a second.</summary>
    public const int MaxFrames = 50;

    /// <summary>Most bytes of a second.</summary>
    public const long MaxBytes = 1024 * 1024;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<AdmittedFrame> _waiting = new();
    private readonly Queue<(long At, int Bytes)> _passed = new();
    private ITimer? _timer;
    private long _waitingBytes;
    private long _passedBytes;
    private long _dropped;

    /// <summary>Nothing waits and nothing passed within the last second: a new gate would do the same.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                ForgetPassed();
                return _waiting.Count == 0 && _passed.Count == 0 && _dropped == 0;
            }
        }
    }

    /// <summary>Takes a frame.</summary>
    public void Offer(AdmittedFrame frame)
    {
        lock (_lock)
        {
            _waiting.Enqueue(frame);
            _waitingBytes += frame.Bytes;
            PassWhatMay();
            while (_waiting.Count > MaxFrames || _waitingBytes > MaxBytes)
            {
                var oldest = _waiting.Dequeue();
                _waitingBytes -= oldest.Bytes;
                _dropped++;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void PassWhatMay()
    {
        ForgetPassed();
        while (_waiting.TryPeek(out var next) && _passed.Count < MaxFrames && _passedBytes + next.Bytes <= MaxBytes)
        {
            _waiting.Dequeue();
            _waitingBytes -= next.Bytes;
            _passed.Enqueue((time.GetTimestamp(), next.Bytes));
            _passedBytes += next.Bytes;
            pass(_dropped == 0 ? next : next with { Frame = next.Frame with { Dropped = _dropped } });
            _dropped = 0;
        }

        if (_waiting.Count > 0 && _timer is null)
        {
            var wait = Second - time.GetElapsedTime(_passed.Peek().At);
            _timer = time.CreateTimer(_ => Resume(), state: null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void Resume()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
            PassWhatMay();
        }
    }

    private void ForgetPassed()
    {
        while (_passed.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= Second)
        {
            _passed.Dequeue();
            _passedBytes -= oldest.Bytes;
        }
    }
}
