using Microsoft.Playwright;

namespace Iterate.Specs.Plugins;

/// <summary>How a session is made.</summary>
public sealed record SpecSessionOptions
{
    /// <summary>Name of the test.</summary>
    public required string Name { get; init; }

    /// <summary>Folder for what a person may want to look at afterwards, such as the video. Made when needed.</summary>
    public required string ArtifactsDirectory { get; init; }

    /// <summary>Viewport, base URL and the like.</summary>
    public BrowserNewContextOptions Context { get; init; } = new();

    /// <summary>Milliseconds an action may take once its target is visible (requirement W-20).</summary>
    public float ActionTimeout { get; init; } = 1_000;

    /// <summary>Milliseconds a navigation may take.</summary>
    public float NavigationTimeout { get; init; } = 30_000;

    /// <summary>Plugins in their order; made for this session alone.</summary>
    public IReadOnlyList<ISpecPlugin> Plugins { get; init; } = StandardPlugins.Create();
}
