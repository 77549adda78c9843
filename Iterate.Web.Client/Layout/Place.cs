using Iterate.Domain.Api;
using Iterate.Web.Client.Components;

namespace Iterate.Web.Client.Layout;

/// <summary>An entry of sidebar and bottom nav.</summary>
/// <param name="Text">Its name.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Href">Its address, from the root.</param>
public sealed record Place(string Text, IconName Icon, string Href)
{
    /// <summary>The places of a project that exist. One that does not is not drawn: no entry leads nowhere.</summary>
    public static IReadOnlyList<Place> Of(ProjectSummary? project) =>
        project is null ? [] : [new("Streams", IconName.Streams, $"/proj/{project.Slug}/streams")];

    /// <summary>Whether the page at <paramref name="path"/> (from the root) is this place or lies below it.</summary>
    public bool Contains(string path) =>
        path.StartsWith(Href, StringComparison.Ordinal) && (path.Length == Href.Length || path[Href.Length] == '/');
}
