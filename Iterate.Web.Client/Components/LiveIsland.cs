using Microsoft.AspNetCore.Components;

namespace Iterate.Web.Client.Components;

/// <summary>An island that listens to something for as long as it is on the page.</summary>
public abstract class LiveIsland : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = new();

    /// <summary>Starts an island that is on the page.</summary>
    protected LiveIsland() => Gone = _gone.Token;

    /// <summary>Cancelled when the island has left the page; may be asked also afterwards.</summary>
    protected CancellationToken Gone { get; }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins to listen. What nobody expected ends the circuit like any fault of a component.</summary>
    protected void Listen(Func<CancellationToken, Task> listen) => _ = InvokeAsync(() => RunAsync(listen));

    private async Task RunAsync(Func<CancellationToken, Task> listen)
    {
        try
        {
            await listen(Gone);
        }
        catch (OperationCanceledException)
        {
            // The island is gone, or its node goes away: nobody waits for what would be heard.
        }
        catch (Exception fault)
        {
            await DispatchExceptionAsync(fault);
        }
    }
}
