using Iterate.Domain.Api;
using Microsoft.AspNetCore.Components;

namespace Iterate.Web.Client.Streams;

/// <summary>
/// The streams of a project, folder by folder (requirements S-137 to S-142). It prerenders, because it is what its
/// page is for, and hands what it read over to the circuit.
/// </summary>
public sealed partial class StreamTree
{
    private static readonly TimeSpan SearchDelay = TimeSpan.FromMilliseconds(150);

    /// <summary>Searches on their way into the URL, newest last.</summary>
    private readonly List<string> _sought = [];

    private StreamListScope? _shown;
    private CancellationTokenSource? _typing;

    /// <summary>Slug of the project.</summary>
    [Parameter, EditorRequired]
    public required string Project { get; set; }

    /// <summary>What is listed, and in which order.</summary>
    [Parameter]
    public StreamListScope Scope { get; set; } = StreamListScope.Everything;

    /// <summary>Path of the stream that is open beside the tree; its folders start open.</summary>
    [Parameter]
    public string? SelectedPath { get; set; }

    /// <summary>The tree is the page, not beside one: each stream has its menu, and the order can be chosen.</summary>
    [Parameter]
    public bool IsPage { get; set; }

    /// <summary>The stream of the folder itself, which no listing holds.</summary>
    [PersistentState]
    public StreamSummary? Root { get; set; }

    /// <summary>The open folders.</summary>
    [PersistentState]
    public IDictionary<string, StreamListing>? Folders { get; set; }

    /// <summary>What was found; null without a search.</summary>
    [PersistentState]
    public StreamListing? Found { get; set; }

    [Inject]
    private IStreamsApi Streams { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private string Typed { get; set; } = "";

    private ApiException? Failure { get; set; }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _typing?.Dispose();
    }

    /// <summary>An enhanced navigation to another stream keeps the tree and only opens what leads there.</summary>
    protected override async Task OnParametersSetAsync()
    {
        var isNew = _shown is null ? Folders is null : _shown != Scope;
        if (_shown?.Query != Scope.Query && !IsSought(Scope.Query))
        {
            Typed = Scope.Query;
        }

        _shown = Scope;
        if (isNew)
        {
            await ReloadAsync();
            await WatchAnewAsync();
        }
        else
        {
            await GuardAsync(() => OpenFoldersAsync(Folders!));
        }
    }

    private Task ReloadAsync() => GuardAsync(async () =>
    {
        Failure = null;
        var folders = new Dictionary<string, StreamListing>(StringComparer.Ordinal);
        await OpenFoldersAsync(folders);
        Found = await SearchAsync();
        (Folders, Root) = (folders, await ReadRootAsync());
    });

    private async Task OpenFoldersAsync(IDictionary<string, StreamListing> folders)
    {
        foreach (var folder in FoldersAbove(SelectedPath).Where(folder => !folders.ContainsKey(folder)))
        {
            folders[folder] = await StreamListing.ReadAsync(Streams, Scope.Folder(Project, folder), Gone);
        }
    }

    private async Task<StreamListing?> SearchAsync() =>
        Scope.Query.Length == 0 ? null : await StreamListing.ReadAsync(Streams, Scope.Search(Project), Gone);

    /// <summary>A folder that is no stream itself shows its children only; below another folder it stands in the header.</summary>
    private async Task<StreamSummary?> ReadRootAsync()
    {
        try
        {
            return Scope.Under == "/" ? RowOf(await Streams.StateAsync(new(Project, "/"), Gone)) : null;
        }
        catch (ApiException refusal) when (refusal.Code is ErrorCodes.NotFound)
        {
            return null;
        }
    }

    private static StreamSummary RowOf(StateResponse state) => new()
    {
        Path = state.CoreState.Path,
        Name = state.CoreState.Path,
        StreamId = state.CoreState.StreamId!,
        HeadOffset = state.CoreState.HeadOffset,
        LastEventAt = state.CoreState.LastEventAt,
        ChildCount = state.CoreState.ChildCount,
        Paused = state.CoreState.Paused,
        HaltedSubscriptions = state.Runtime.Subscriptions.Count(subscription => subscription.Halted),
        Archived = state.Archive is not null,
    };

    private Task ToggleAsync(StreamSummary stream) => GuardAsync(async () =>
    {
        if (!Folders!.Remove(stream.Path))
        {
            Folders[stream.Path] = await StreamListing.ReadAsync(Streams, Scope.Folder(Project, stream.Path), Gone);
        }
    });

    private Task LoadMoreAsync(StreamListing listing) => GuardAsync(async () =>
    {
        var longer = await listing.MoreAsync(Streams, Gone);
        if (listing.Request.Query is not null)
        {
            Found = longer;
        }
        else
        {
            Folders![listing.Request.Under] = longer;
        }
    });

    /// <summary>The search lives in the URL, and the page that comes back for it shows what was found.</summary>
    private async Task TypeAsync(string typed)
    {
        Typed = typed;
        if (_typing is not null)
        {
            await _typing.CancelAsync();
            _typing.Dispose();
        }

        _typing = CancellationTokenSource.CreateLinkedTokenSource(Gone);
        try
        {
            await Task.Delay(SearchDelay, Time, _typing.Token);
            var query = typed.Trim();
            _sought.Add(query);
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", query.Length > 0 ? query : null), replace: true);
        }
        catch (OperationCanceledException)
        {
            // A newer key stroke took over, or the page went away.
        }
    }

    /// <summary>What was typed comes back with the page, later than it was typed; what was typed since must stay.</summary>
    private bool IsSought(string query)
    {
        var at = _sought.IndexOf(query);
        _sought.RemoveRange(0, at < 0 ? _sought.Count : at);
        return at >= 0;
    }

    private async Task GuardAsync(Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (ApiException refusal) when (refusal.Code is not (ErrorCodes.Unauthenticated or ErrorCodes.NotFound))
        {
            Failure = refusal;
        }
    }

    /// <summary>The folder of the page; and <c>/</c>, <c>/a</c> for <c>/a/b</c> when that is open beside the tree.</summary>
    private IEnumerable<string> FoldersAbove(string? path)
    {
        yield return Scope.Under;
        for (var at = 1; path is not null && (at = path.IndexOf('/', at)) > 0; at++)
        {
            yield return path[..at];
        }
    }

    private static bool IsParent(StreamSummary stream, bool flat) => !flat && stream.ChildCount > 0;

    private bool IsOpen(StreamSummary stream) => Folders?.ContainsKey(stream.Path) == true;
}
