using Microsoft.Playwright;

namespace Iterate.Specs.Plugins;

/// <summary>Reads what a failure message wants to show.</summary>
internal static class PageReading
{
    /// <summary>
    /// Texts of the visible matches. A page that cannot be read any more (closed, crashed, navigating) gives a line
    /// that says so: a reader of the page must never take the place of the failure it describes.
    /// </summary>
    public static async Task<IReadOnlyList<string>> VisibleAsync(ILocator locator, string expression)
    {
        try
        {
            return await locator.Filter(new() { Visible = true }).EvaluateAllAsync<string[]>($"elements => elements.map({expression})");
        }
        catch (PlaywrightException exception)
        {
            return [$"(the page could not be read: {exception.Message})"];
        }
    }
}
