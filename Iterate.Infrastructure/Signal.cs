using System.Threading.Channels;

namespace Iterate.Infrastructure;

/// <summary>"There is something to look at", however often it is said before somebody looks.</summary>
internal sealed class Signal
{
    private readonly Channel<bool> _raised = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says it. Never waits.</summary>
    public void Raise() => _raised.Writer.TryWrite(true);

    /// <summary>Waits until it is said, and takes it.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _raised.Reader.ReadAsync(cancellationToken);

    /// <summary>Waits until it is said, or for <paramref name="longest"/>.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody said it in time.
        }
    }
}
