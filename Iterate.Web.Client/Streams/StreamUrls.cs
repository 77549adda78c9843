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
    public static string View(string project, string path, string? view, StreamFilter filter)
    {
        var query = filter.Query.Prepend(new("view", view));
        var pairs = query.Where(pair => !string.IsNullOrEmpty(pair.Value)).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}").ToArray();
        return pairs.Length == 0 ? Page(project, path) : $"{Page(project, path)}?{string.Join('&', pairs)}";
    }

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
    /// <param name="from">First offset; null for 1.</param>
    /// <param name="to">Last offset; null for the newest.</param>
    /// <param name="types">Types; none for all.</param>
    /// <param name="text">Text events contain; empty for any.</param>
    /// <param name="gzip">Compress the file.</param>
    public static string Export(string project, string path, long? from, long? to, IReadOnlyCollection<string> types, string text, bool gzip)
    {
        (string Name, string? Value)[] query =
        [
            ("project", project),
            ("path", path),
            ("afterOffset", (from - 1)?.ToString(CultureInfo.InvariantCulture)),
            ("beforeOffset", (to + 1)?.ToString(CultureInfo.InvariantCulture)),
            .. types.Select(type => ("types", (string?)type)),
            ("contains", text.Length > 0 ? text : null),
            ("gzip", gzip ? "true" : null),
        ];
        return "/api/streams/export?" + string.Join('&', query.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));
    }

    /// <summary>The stream path behind the tail of a page address.</summary>
    public static string PathOf(string tail) => tail == Root ? "/" : "/" + tail;
}
