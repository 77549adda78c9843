using Microsoft.AspNetCore.Components.Web;

namespace Iterate.Web.Client.Pages;

/// <summary>Render modes of islands beside the framework's own.</summary>
public static class Islands
{
    /// <summary>For what is not part of the first paint: nothing is drawn until the circuit is there.</summary>
    public static InteractiveServerRenderMode WithoutPrerender { get; } = new(prerender: false);
}
