using System.Runtime.CompilerServices;
using Iterate.Domain.Api;
using Microsoft.AspNetCore.SignalR;

namespace Iterate.Web.Hubs;

/// <summary>
/// The SignalR face of the live methods of the streams group, for browsers: a server stream over the page's session
/// cookie, JSON protocol. A refusal completes the stream with its code as the error text.
/// </summary>
public sealed class StreamsHub(IStreamsApi streams, Auth.CallerSource callers, IHostApplicationLifetime lifetime) : Hub
{
    private const string Shutdown = "shutdown";

    /// <summary>Follows a stream (section 7 of streams.md).</summary>
    public async IAsyncEnumerable<StreamBatch> Follow(FollowRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        callers.SignInAgain(Context.User);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Context.ConnectionAborted, lifetime.ApplicationStopping);
        await using var batches = streams.FollowAsync(request, ending.Token).GetAsyncEnumerator(ending.Token);
        while (await MoveNextAsync(batches))
        {
            yield return batches.Current;
        }
    }

    /// <summary>Exceptions of any type but <see cref="HubException"/> reach the browser as a sentence without a code.</summary>
    private async Task<bool> MoveNextAsync(IAsyncEnumerator<StreamBatch> batches)
    {
        try
        {
            return await batches.MoveNextAsync()
                || (lifetime.ApplicationStopping.IsCancellationRequested ? throw new HubException(Shutdown) : false);
        }
        catch (ApiException refusal)
        {
            throw new HubException(refusal.Code, refusal);
        }
        catch (OperationCanceledException cancelled) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new HubException(Shutdown, cancelled);
        }
    }
}
