using System.Text;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Iterate.Specs.Plugins.Wrapping;
using Microsoft.Playwright;
using Xunit;

namespace Iterate.Specs;

/// <summary>WCAG 2.2, levels A and AA, as far as a machine can tell (requirement W-29).</summary>
public static class Accessibility
{
    private static readonly AxeRunOptions Everything = new()
    {
        RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
        ResultTypes = [ResultType.Violations],
    };

    private static readonly AxeRunOptions Colours = new()
    {
        RunOnly = new() { Type = "rule", Values = ["color-contrast", "link-in-text-block"] },
        ResultTypes = [ResultType.Violations],
    };

    // A colour that is still on its way is neither of its two ends.
    private const string AtRest = """
        () => Promise.allSettled(document.getAnimations()
          .filter(animation => animation.effect?.getComputedTiming().endTime !== Infinity)
          .map(animation => animation.finished))
        """;

    /// <summary>Fails with every violation, what it is about and where.</summary>
    public static Task CheckAsync(IPage page) => CheckAsync(page, Everything);

    /// <summary>The same for what a theme changes: its colours.</summary>
    public static async Task CheckDarkAsync(IPage page)
    {
        await page.Unwrap().EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await CheckAsync(page, Colours);
    }

    private static async Task CheckAsync(IPage page, AxeRunOptions options)
    {
        await page.Unwrap().EvaluateAsync(AtRest);
        var result = await page.Unwrap().RunAxe(options);
        if (result.Violations.Length > 0)
        {
            Assert.Fail(Describe(page.Url, result.Violations));
        }
    }

    private static string Describe(string address, AxeResultItem[] violations)
    {
        var text = new StringBuilder($"{address} is not accessible:").AppendLine();
        foreach (var violation in violations)
        {
            text.AppendLine().Append(violation.Id).Append(": ").Append(violation.Help).Append(" (").Append(violation.HelpUrl).AppendLine(")");
            foreach (var node in violation.Nodes)
            {
                text.Append("  ").Append(node.Target).Append("  ").AppendLine(node.Html);
            }
        }

        return text.ToString();
    }
}
