using System.Globalization;
using Microsoft.Playwright;

namespace Iterate.Specs.Streams;

/// <summary>Parts of the stream page by their stable names (requirements S-188 and S-189).</summary>
internal static class StreamParts
{
    /// <summary>The row of one event.</summary>
    public static ILocator EventRow(this IPage page, long offset) =>
        page.Locator(string.Create(CultureInfo.InvariantCulture, $"[data-testid=event-row][data-offset='{offset}']"));

    /// <summary>The list once its attributes say what <paramref name="state"/> says, such as <c>[data-unread='1']</c>.</summary>
    public static ILocator EventStream(this IPage page, string state) => page.Locator($"event-stream{state}");

    /// <summary>The card of one stream.</summary>
    public static ILocator StreamCard(this IPage page, string path) => page.Locator($"[data-testid=stream-card][data-path='{path}']");

    /// <summary>Pixels between what is on the screen and the end of the list.</summary>
    public static Task<double> DistanceFromEndAsync(this IPage page) =>
        page.GetByTestId("stream-events").EvaluateAsync<double>("rows => rows.scrollHeight - rows.clientHeight - rows.scrollTop");
}
