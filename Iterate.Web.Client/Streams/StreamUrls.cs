using System.Globalization;

namespace Iterate.Web.Client.Streams;

/// <summary>Addresses of the stream pages (requirements S-6 and S-143).</summary>
public static class StreamUrls
{
    /// <summary>How the root stream is spelled; not in the path grammar, so never ambiguous.</summary>
    private const string Root = "@root";

    /// <summary>The list of a project.</summary>
    public static string List(string project) => $"/proj/{project}/streams";

    /// <summary>The page of one stream.</summary>
    public static string Page(string project, string path) => $"{List(project)}/{(path == "/" ? Root : path[1..])}";

    /// <summary>Another view of a stream; the filter stays.</summary>
    /// <param name="project">Slug of the project.</param>
    /// <param name="path">Path of the stream.</param>
    /// <param name="view">Null for the events.</param>
    /// <param name="filter">What is seen of it.</param>
    public static string View(string project, string path, string? view, StreamFilter filter) =>
        WithQuery(Page(project, path), filter.Query.Prepend(new("view", view)));

    /// <summary>One event, opened.</summary>
    public static string Event(string project, string path, long offset) =>
        string.Create(CultureInfo.InvariantCulture, $"{Page(project, path)}?open={offset}");

    /// <summary>The page of one stream with a sheet open.</summary>
    public static string Panel(string project, string path, string panel) => $"{Page(project, path)}?panel={panel}";

    /// <summary>The list of what is below a stream.</summary>
    public static string Folder(string project, string path) =>
        path == "/" ? List(project) : $"{List(project)}?under={Uri.EscapeDataString(path)}";

    /// <summary>The page of two streams side by side.</summary>
    public static string SplitPage(string project) => $"/proj/{project}/streams-split";

    /// <summary>Two streams side by side; a side without one asks which.</summary>
    public static string Split(string project, string? left, string? right) =>
        $"{SplitPage(project)}?left={Uri.EscapeDataString(left ?? "")}&right={Uri.EscapeDataString(right ?? "")}";

    /// <summary>A download of events.</summary>
    /// <param name="project">Slug of the project.</param>
    /// <param name="path">Path of the stream.</param>
    /// <param name="filter">Which events.</param>
    /// <param name="gzip">Compress the file.</param>
    public static string Export(string project, string path, StreamFilter filter, bool gzip) => WithQuery(
        "/api/streams/export",
        [
            new("project", project),
            new("path", path),
            new("afterOffset", (filter.From - 1)?.ToString(CultureInfo.InvariantCulture)),
            new("beforeOffset", (filter.To + 1)?.ToString(CultureInfo.InvariantCulture)),
            .. filter.Types.Select(type => new KeyValuePair<string, string?>("types", type)),
            new("contains", filter.Text),
            new("gzip", gzip ? "true" : null),
        ]);

    /// <summary>The stream path behind the tail of a page address.</summary>
    public static string PathOf(string tail) => tail == Root ? "/" : "/" + tail;

    private static string WithQuery(string address, IEnumerable<KeyValuePair<string, string?>> query)
    {
        var pairs = string.Join('&', query.Where(pair => !string.IsNullOrEmpty(pair.Value)).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}"));
        return pairs.Length == 0 ? address : $"{address}?{pairs}";
    }
}
