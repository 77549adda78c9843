using System.Text.Json;

namespace Iterate.Specs.Plugins;

/// <summary>Lets Playwright record videos with the ffmpeg of the system.</summary>
/// <remarks>
/// Playwright has no setting for it: it looks for an ffmpeg of its own, of the revision in its <c>browsers.json</c>,
/// below <c>PLAYWRIGHT_BROWSERS_PATH</c>. So that is what it finds there: a link.
/// </remarks>
internal static class SystemFfmpeg
{
    private const string BrowsersPath = "PLAYWRIGHT_BROWSERS_PATH";

    /// <summary>To be called before Playwright starts, which reads the variable once.</summary>
    public static void OfferToPlaywright()
    {
        var ffmpeg = FindOnPath()
            ?? throw new FileNotFoundException("VIDEO_MODE needs ffmpeg, and there is none on PATH. Install it, or unset VIDEO_MODE.");
        var browsers = Directory.CreateTempSubdirectory("spec-browsers-").FullName;
        var folder = Directory.CreateDirectory(Path.Combine(browsers, $"ffmpeg-{Revision()}"));
        File.CreateSymbolicLink(Path.Combine(folder.FullName, OperatingSystem.IsMacOS() ? "ffmpeg-mac" : "ffmpeg-linux"), ffmpeg);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(browsers, recursive: true);
        Environment.SetEnvironmentVariable(BrowsersPath, browsers);
    }

    private static string? FindOnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "ffmpeg"))
            .FirstOrDefault(File.Exists);

    private static string Revision()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, ".playwright", "package", "browsers.json"));
        using var document = JsonDocument.Parse(file);
        return document.RootElement.GetProperty("browsers").EnumerateArray()
            .Single(browser => browser.GetProperty("name").ValueEquals("ffmpeg"))
            .GetProperty("revision").GetString()!;
    }
}
