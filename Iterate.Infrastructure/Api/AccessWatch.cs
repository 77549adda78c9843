using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Api;

/// <summary>
/// Checks the rights of one running live method again and again, also while it waits for its next item, and ends it
/// when they are lost (requirement A-37).
/// </summary>
internal sealed class AccessWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending;
    private readonly Task _watching;

    private AccessWatch(ApiGuard guard, ApiMethod method, object request, CancellationToken cancellationToken)
    {
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Ending = _ending.Token;
        _watching = WatchAsync(guard, method, request);
    }

    /// <summary>Set when the caller goes away or <see cref="Refusal"/> came.</summary>
    public CancellationToken Ending { get; }

    /// <summary>Why the method has to end; null as long as it may go on.</summary>
    public Exception? Refusal { get; private set; }

    public static AccessWatch Start(ApiGuard guard, ApiMethod method, object request, CancellationToken cancellationToken) =>
        new(guard, method, request, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watching;
        _ending.Dispose();
    }

    private async Task WatchAsync(ApiGuard guard, ApiMethod method, object request)
    {
        try
        {
            while (true)
            {
                await Task.Delay(ApiGuard.RecheckInterval, guard.Time, Ending);
                await guard.AuthorizeAsync(method, request, Ending);
            }
        }
        catch (OperationCanceledException) when (Ending.IsCancellationRequested)
        {
            // The method ended by itself.
        }
        catch (Exception refusal)
        {
            // Also when the check itself failed: rights that cannot be checked are lost.
            Refusal = refusal;
            await _ending.CancelAsync();
        }
    }
}
