using Iterate.Domain.Api;
using Iterate.Web.Client.Components;
using Microsoft.AspNetCore.Components;

namespace Iterate.Web.Client.Streams;

/// <summary>
/// The streams of a project, folder by folder (requirements S-137 to S-142). It prerenders, because it is what its
/// page is for, and hands what it read over to the circuit.
/// </summary>
public sealed partial class StreamTree : IDisposable
{
    private static readonly TimeSpan SearchDelay = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan ActiveFor = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _gone = new();
    private CancellationTokenSource? _search;

    /// <summary>Slug of the project.</summary>
    [Parameter, EditorRequired]
    public required string Project { get; set; }

    /// <summary>Path of the stream that is open beside the tree; its folders start open.</summary>
    [Parameter]
    public string? SelectedPath { get; set; }

    /// <summary>What the page was opened with in its search box.</summary>
    [Parameter]
    public string? Query { get; set; }

    /// <summary>The root stream, which no listing holds.</summary>
    [PersistentState]
    public StreamSummary? Root { get; set; }

    /// <summary>The open folders.</summary>
    [PersistentState]
    public IDictionary<string, StreamListing>? Folders { get; set; }

    [Inject]
    private IStreamsApi Streams { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private StreamListing? Found { get; set; }

    private ApiException? Failure { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _search?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        if (Folders is null)
        {
            await ReloadAsync();
        }
    }

    /// <summary>An enhanced navigation to another stream keeps the tree and only opens what leads there.</summary>
    protected override Task OnParametersSetAsync() => Folders is null ? Task.CompletedTask : OpenFoldersAsync(Folders);

    private async Task ReloadAsync()
    {
        Failure = null;
        var folders = new Dictionary<string, StreamListing>(StringComparer.Ordinal);
        await OpenFoldersAsync(folders);
        Folders = folders;
        if (!string.IsNullOrWhiteSpace(Query))
        {
            Found = await ListAsync(new(Project, Depth: 32, Query: Query.Trim()));
        }
    }

    private async Task OpenFoldersAsync(IDictionary<string, StreamListing> folders)
    {
        Root ??= await ReadRootAsync();
        foreach (var folder in FoldersAbove(SelectedPath).Where(folder => !folders.ContainsKey(folder)))
        {
            folders[folder] = await ListAsync(new(Project, folder));
        }
    }

    /// <summary>A project whose root is not there yet shows its children only.</summary>
    private async Task<StreamSummary?> ReadRootAsync()
    {
        try
        {
            var state = (await Streams.StateAsync(new(Project, "/"), _gone.Token)).CoreState;
            return new()
            {
                Path = "/",
                Name = "/",
                StreamId = state.StreamId!,
                HeadOffset = state.HeadOffset,
                LastEventAt = state.LastEventAt,
                ChildCount = state.ChildCount,
                Paused = state.Paused,
                HaltedSubscriptions = state.Subscriptions.Values.Count(subscription => subscription.Halt is not null),
                Archived = false,
            };
        }
        catch (ApiException refusal) when (refusal.Code is ErrorCodes.NotFound)
        {
            return null;
        }
    }

    private async Task ToggleAsync(StreamSummary stream)
    {
        if (!Folders!.Remove(stream.Path))
        {
            Folders[stream.Path] = await ListAsync(new(Project, stream.Path));
        }
    }

    private async Task LoadMoreAsync(StreamListing listing)
    {
        var next = await ListAsync(listing.Request with { Cursor = listing.NextCursor });
        var longer = next with { Rows = [.. listing.Rows, .. next.Rows] };
        if (ReferenceEquals(listing, Found))
        {
            Found = longer;
        }
        else
        {
            Folders![listing.Request.Under] = longer;
        }
    }

    private async Task SearchAsync(string typed)
    {
        Query = typed;
        if (_search is not null)
        {
            await _search.CancelAsync();
            _search.Dispose();
        }

        _search = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        try
        {
            await Task.Delay(SearchDelay, Time, _search.Token);
            Found = string.IsNullOrWhiteSpace(Query) ? null : await ListAsync(new(Project, Depth: 32, Query: Query.Trim()));
        }
        catch (OperationCanceledException)
        {
            // A newer key stroke took over, or the page went away.
        }
    }

    private async Task<StreamListing> ListAsync(ListStreamsRequest request)
    {
        try
        {
            var page = await Streams.ListAsync(request, _search?.Token ?? _gone.Token);
            return new(request, page.Streams, page.NextCursor);
        }
        catch (ApiException refusal) when (refusal.Code is not (ErrorCodes.Unauthenticated or ErrorCodes.NotFound))
        {
            Failure = refusal;
            return new(request, [], null);
        }
    }

    /// <summary><c>/</c>, <c>/a</c> for <c>/a/b</c>; just <c>/</c> when nothing is selected.</summary>
    private static IEnumerable<string> FoldersAbove(string? path)
    {
        yield return "/";
        for (var at = 1; path is not null && (at = path.IndexOf('/', at)) > 0; at++)
        {
            yield return path[..at];
        }
    }

    private static bool IsParent(StreamSummary stream, bool flat) => !flat && stream.ChildCount > 0;

    private bool IsOpen(StreamSummary stream) => Folders?.ContainsKey(stream.Path) == true;

    private Status StatusOf(StreamSummary stream) =>
        stream.Paused ? Status.Waiting : IsActive(stream) ? Status.Ok : Status.Idle;

    private string WordOf(StreamSummary stream) => stream.Paused ? "paused" : IsActive(stream) ? "active" : "quiet";

    private bool IsActive(StreamSummary stream) => stream.LastEventAt > Time.GetUtcNow() - ActiveFor;
}

/// <summary>What was read of one folder or one search.</summary>
/// <param name="Request">How it was asked for, and how to ask for more.</param>
/// <param name="Rows">Rows so far.</param>
/// <param name="NextCursor">Where to continue; null at the end.</param>
public sealed record StreamListing(ListStreamsRequest Request, IReadOnlyList<StreamSummary> Rows, string? NextCursor);
