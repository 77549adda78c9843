using System.Runtime.CompilerServices;
using Iterate.Domain.Api;
using Microsoft.AspNetCore.SignalR;

namespace Iterate.Web.Hubs;

/// <summary>
/// The SignalR face of the live methods of the streams group, for browsers: a server stream over the page's session
/// cookie, JSON protocol. A refusal completes the stream with its code as the error text.
/// </summary>
public sealed class StreamsHub(IStreamsApi streams, Auth.CallerSource callers, IHostApplicationLifetime lifetime, TimeProvider time) : Hub
{
    private const string Shutdown = "shutdown";

    // A screen draws no faster (requirement S-157).
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(45);

    /// <summary>Follows a stream (section 7 of streams.md): at once when idle, then at most every 45 ms while at the head.</summary>
    public async IAsyncEnumerable<StreamBatch> Follow(FollowRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in ServeAsync(ending => streams.FollowAsync(request, ending), cancellationToken))
        {
            var sentAt = time.GetTimestamp();
            yield return batch;
            var early = Spacing - time.GetElapsedTime(sentAt);
            if (early > TimeSpan.Zero && batch.ScannedThroughOffset >= batch.HeadOffset)
            {
                await Task.Delay(early, time, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Who views a stream (requirement S-106).</summary>
    public IAsyncEnumerable<PresenceList> Presence(PresenceRequest request, CancellationToken cancellationToken) =>
        ServeAsync(ending => streams.PresenceAsync(request, ending), cancellationToken);

    /// <summary>What changes in a listing (requirement S-113).</summary>
    public IAsyncEnumerable<StreamListChange> ListLive(ListLiveRequest request, CancellationToken cancellationToken) =>
        ServeAsync(ending => streams.ListLiveAsync(request, ending), cancellationToken);

    private async IAsyncEnumerable<TItem> ServeAsync<TItem>(
        Func<CancellationToken, IAsyncEnumerable<TItem>> open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        callers.SignInAgain(Context.User);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Context.ConnectionAborted, lifetime.ApplicationStopping);
        await using var items = open(ending.Token).GetAsyncEnumerator(ending.Token);
        while (await MoveNextAsync(items))
        {
            yield return items.Current;
        }
    }

    /// <summary>Exceptions of any type but <see cref="HubException"/> reach the browser as a sentence without a code.</summary>
    private async Task<bool> MoveNextAsync<TItem>(IAsyncEnumerator<TItem> items)
    {
        try
        {
            return await items.MoveNextAsync()
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
