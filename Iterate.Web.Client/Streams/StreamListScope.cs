using Iterate.Domain.Api;

namespace Iterate.Web.Client.Streams;

/// <summary>What a list of streams shows, as the URL says it (requirement S-140).</summary>
/// <param name="Under">The folder.</param>
/// <param name="Query">What is searched for in paths and titles; empty for the folders.</param>
/// <param name="Sort">The order.</param>
/// <param name="WithArchived">Archived streams too.</param>
public sealed record StreamListScope(string Under, string Query, StreamSort Sort, bool WithArchived)
{
    private const int Deepest = 32;

    /// <summary>The folders of a project by path.</summary>
    public static StreamListScope Everything { get; } = new("/", "", StreamSort.Path, WithArchived: false);

    /// <summary>How a folder is asked for.</summary>
    public ListStreamsRequest Folder(string project, string path) => new(project, path, Sort: Sort, IncludeArchived: WithArchived);

    /// <summary>How the search is asked for.</summary>
    public ListStreamsRequest Search(string project) => new(project, Under, Deepest, Query, Sort, IncludeArchived: WithArchived);

    /// <summary>How to hear of all of it.</summary>
    public ListLiveRequest Live(string project) => new(project, Under, Deepest, Query.Length == 0 ? null : Query);
}
