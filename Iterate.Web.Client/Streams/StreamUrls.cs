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

    /// <summary>The stream path behind the tail of a page address.</summary>
    public static string PathOf(string tail) => tail == Root ? "/" : "/" + tail;
}
