using Microsoft.Playwright;

namespace Iterate.Specs.Plugins;

/// <summary>
/// Playwright with the Chromium of the system, shared by all sessions of a run; Playwright's own downloads are not
/// needed (requirement W-20). Without a window its headless shell comes first: it needs half the processor time.
/// </summary>
public sealed class SpecBrowser : IAsyncDisposable
{
    private const string HeadlessShell = "/usr/bin/chromium-headless-shell";

    private static readonly string[] UsualPlaces =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome-stable",
        "/usr/bin/google-chrome",
        "/snap/bin/chromium",
        "/opt/homebrew/bin/chromium",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];

    private static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ];

    private readonly IPlaywright _playwright;

    private SpecBrowser(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        Browser = browser;
    }

    /// <summary>The browser, as Playwright's own object.</summary>
    public IBrowser Browser { get; }

    /// <summary>Starts it, without a window unless <paramref name="headed"/>.</summary>
    /// <exception cref="FileNotFoundException">There is no Chromium; or video-mode is on and there is no ffmpeg.</exception>
    public static async Task<SpecBrowser> LaunchAsync(bool headed)
    {
        var chromium = FindChromium(headed);
        if (VideoMode.IsOn)
        {
            SystemFfmpeg.OfferToPlaywright();
        }

        var playwright = await Playwright.CreateAsync();
        try
        {
            return new(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = Arguments, Headless = !headed }));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>Path from <c>CHROMIUM_PATH</c>, else the first of the usual places that exists.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string FindChromium(bool headed)
    {
        var wanted = Environment.GetEnvironmentVariable("CHROMIUM_PATH");
        string[] places = !string.IsNullOrEmpty(wanted) ? [wanted] : headed ? UsualPlaces : [HeadlessShell, .. UsualPlaces];
        return places.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"No Chromium at {string.Join(", ", places)}. Install it, or set CHROMIUM_PATH to its path.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Browser.CloseAsync();
        _playwright.Dispose();
    }
}
