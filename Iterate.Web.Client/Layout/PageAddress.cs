using Microsoft.AspNetCore.Components;

namespace Iterate.Web.Client.Layout;

/// <summary>What the shell reads from the address of a page.</summary>
public static class PageAddress
{
    /// <summary>Path from the root, without query and fragment.</summary>
    public static string Path(this NavigationManager navigation) => "/" + navigation.ToBaseRelativePath(navigation.Uri).Split('?', '#')[0];

    /// <summary>Slug of <c>/proj/{project}/…</c>; null outside of a project.</summary>
    public static string? ProjectSlug(this NavigationManager navigation) =>
        navigation.Path().Split('/') is [_, "proj", { Length: > 0 } slug, ..] ? Uri.UnescapeDataString(slug) : null;

    /// <summary>
    /// Where to go on after signing in: the address if it is a path of this site, else home (requirement A-9). Browsers
    /// take a backslash for a slash and drop control characters, so <c>/\x</c> and <c>/&#9;/x</c> are other sites.
    /// </summary>
    public static string LocalOrHome(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && !address.Any(char.IsControl) ? address : "/";
}
