namespace Iterate.Domain.Api;

/// <summary>Which streams to hear of; the same scope as <see cref="ListStreamsRequest"/>.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Under">The folder; its own row is not reported.</param>
/// <param name="Depth">1 to 32 levels below the folder.</param>
/// <param name="Query">Substring of path or title, ignoring case; searches all levels.</param>
public sealed record ListLiveRequest(string Project, string Under = "/", int Depth = 1, string? Query = null) : IProjectRequest, IResumable
{
    /// <inheritdoc/>
    /// <remarks>What changed in between is not kept; the first item says to fetch again.</remarks>
    public object ResumeAfter(string lastEventId) => this;
}

/// <summary>
/// What changed in a listing (requirement S-113). The first item only says that from here on nothing is missed: fetch
/// the list then, and apply every later row whose head offset is not below that of the row already there.
/// </summary>
/// <param name="Streams">
/// Rows that are new or changed, newest state only, archived ones too, so that a list that hides them can let them go;
/// at most 4 items a second.
/// </param>
/// <param name="Refetch">Fetch the list again: this is the first item, a row went away, or too much changed to name it.</param>
/// <param name="Version">Rises with every item.</param>
public sealed record StreamListChange(IReadOnlyList<StreamSummary> Streams, bool Refetch, long Version) : ICursor
{
    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Cursor => Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
