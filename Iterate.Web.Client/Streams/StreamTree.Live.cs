using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Web.Client.Streams;

// What changes while the tree is on the screen (requirement S-113): subscribed to first, fetched then.
public sealed partial class StreamTree
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    private CancellationTokenSource? _watching;

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            Listen(WatchAsync);
            Listen(TickAsync);
        }
    }

    /// <summary>Another folder or search is another list to hear of.</summary>
    private Task WatchAnewAsync() => _watching?.CancelAsync() ?? Task.CompletedTask;

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _watching = watching;
            try
            {
                await foreach (var change in Streams.ListLiveAsync(Scope.Live(Project), watching.Token))
                {
                    await (change.Refetch ? RefetchAsync(watching.Token) : ApplyAsync(change.Streams));
                    StateHasChanged();
                }

                return;
            }
            catch (OperationCanceledException) when (watching.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // The scope is another now. A node that goes away cancels too, and nothing begins anew there.
            }
            catch (ApiException)
            {
                return; // The list stays as it is; what is done with it says what is wrong.
            }
            finally
            {
                _watching = null;
            }
        }
    }

    private async Task RefetchAsync(CancellationToken cancellationToken)
    {
        var folders = Folders!;
        foreach (var (folder, listing) in folders.ToArray())
        {
            folders[folder] = await listing.AgainAsync(Streams, cancellationToken);
        }

        Found = Found is { } found ? await found.AgainAsync(Streams, cancellationToken) : null;
        Root = await ReadRootAsync();
    }

    private async Task ApplyAsync(IReadOnlyList<StreamSummary> rows)
    {
        var folders = Folders!;
        foreach (var row in rows)
        {
            Found = Found?.With(row);
            if (StreamPath.Parse(row.Path).Parent is { } parent && folders.TryGetValue(parent.Value, out var folder))
            {
                folders[parent.Value] = folder.With(row);
            }
        }

        // The root hears of each new stream, and no listing tells of the root.
        Root = await ReadRootAsync();
    }

    /// <summary>A stream becomes quiet without any event.</summary>
    private async Task TickAsync(CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(Tick, Time);
        while (await ticks.WaitForNextTickAsync(cancellationToken))
        {
            StateHasChanged();
        }
    }
}
