using System.Globalization;
using Iterate.Specs.Plugins.Wrapping;
using Microsoft.Playwright;

namespace Iterate.Specs;

/// <summary>Pictures for a person to leaf through; nothing compares them (requirement W-28).</summary>
public static class Screens
{
    private static readonly ViewportSize[] Sizes = [Viewport.Phone, Viewport.Desktop];
    private static readonly ColorScheme[] Schemes = [ColorScheme.Light, ColorScheme.Dark];

    // Two frames: the first may still draw the old size.
    private const string NextPaint = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))";

    /// <summary>
    /// Writes <c>artifacts/screens/{name}-{375,1280}-{light,dark}.png</c> and leaves the page as it found it.
    /// </summary>
    public static async Task CaptureAsync(IPage page, string name)
    {
        var raw = page.Unwrap();
        var before = raw.ViewportSize!;
        foreach (var size in Sizes)
        {
            await raw.SetViewportSizeAsync(size.Width, size.Height);
            foreach (var scheme in Schemes)
            {
                await raw.EmulateMediaAsync(new() { ColorScheme = scheme });
                await raw.EvaluateAsync(NextPaint);
                await raw.ScreenshotAsync(new() { Path = PathOf(name, size, scheme), Animations = ScreenshotAnimations.Disabled, Timeout = 10_000 });
            }
        }

        await raw.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Null });
        await raw.SetViewportSizeAsync(before.Width, before.Height);
    }

    private static string PathOf(string name, ViewportSize size, ColorScheme scheme) => Path.Combine(
        Repository.Artifacts,
        "screens",
        string.Create(CultureInfo.InvariantCulture, $"{name}-{size.Width}-{(scheme == ColorScheme.Dark ? "dark" : "light")}.png"));
}
