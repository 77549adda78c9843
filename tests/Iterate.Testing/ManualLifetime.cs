using Microsoft.Extensions.Hosting;

namespace Iterate.Testing;

/// <summary>The lifetime of a host that is not there: it stops when it is told to.</summary>
public sealed class ManualLifetime : IHostApplicationLifetime, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => _stopping.Token;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public void StopApplication() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();
}
