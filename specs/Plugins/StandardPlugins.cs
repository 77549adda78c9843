namespace Iterate.Specs.Plugins;

/// <summary>The plugins every suite wants, in the order that makes sense (requirement W-3).</summary>
public static class StandardPlugins
{
    /// <summary>hydration-waiter, ui-error-reporter, spinner-waiter, then video-mode when <c>VIDEO_MODE</c> is set.</summary>
    public static IReadOnlyList<ISpecPlugin> Create() =>
    [
        new HydrationWaiter(),
        new UiErrorReporter(),
        new SpinnerWaiter(),
        .. VideoMode.IsOn ? (ISpecPlugin[])[new VideoMode()] : [],
    ];
}
