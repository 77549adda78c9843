using System.Text;
using System.Text.Json;
using Deque.AxeCore.Commons;
using Iterate.Specs.Plugins.Wrapping;
using Microsoft.Playwright;
using Xunit;

namespace Iterate.Specs;

/// <summary>WCAG 2.2, levels A and AA, as far as a machine can tell (requirement W-29).</summary>
/// <remarks>
/// The script runs in the page itself. Axe's own driver opens a second page for each look, to gather what frames found;
/// the product has no frames, and the pictures of all pages took half as long again.
/// </remarks>
public static class Accessibility
{
    private static readonly string Axe = $"() => {{ if (!window.axe) {{ {new BundledAxeScriptProvider().GetScript()} }} }}";

    private static readonly object Everything =
        new { runOnly = new { type = "tag", values = (string[])["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }, resultTypes = ResultTypes };

    private static readonly object Colours =
        new { runOnly = new { type = "rule", values = (string[])["color-contrast", "link-in-text-block"] }, resultTypes = ResultTypes };

    // A colour that is still on its way is neither of its two ends.
    private const string AtRest = """
        () => Promise.allSettled(document.getAnimations()
          .filter(animation => animation.effect?.getComputedTiming().endTime !== Infinity)
          .map(animation => animation.finished))
        """;

    private const string Violations = "async options => JSON.stringify((await axe.run(document, options)).violations)";

    private static string[] ResultTypes => ["violations"];

    /// <summary>Fails with every violation, what it is about and where.</summary>
    public static Task CheckAsync(IPage page) => CheckAsync(page.Unwrap(), Everything);

    /// <summary>The same for what a theme changes: its colours.</summary>
    public static async Task CheckDarkAsync(IPage page)
    {
        await page.Unwrap().EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await CheckAsync(page.Unwrap(), Colours);
    }

    private static async Task CheckAsync(IPage page, object options)
    {
        await page.EvaluateAsync(AtRest);
        await page.EvaluateAsync(Axe);
        var violations = JsonSerializer.Deserialize<Violation[]>(await page.EvaluateAsync<string>(Violations, options), JsonSerializerOptions.Web)!;
        if (violations.Length > 0)
        {
            Assert.Fail(Describe(page.Url, violations));
        }
    }

    private static string Describe(string address, Violation[] violations)
    {
        var text = new StringBuilder($"{address} is not accessible:").AppendLine();
        foreach (var violation in violations)
        {
            text.AppendLine().Append(violation.Id).Append(": ").Append(violation.Help).Append(" (").Append(violation.HelpUrl).AppendLine(")");
            foreach (var node in violation.Nodes)
            {
                text.Append("  ").AppendJoin(' ', node.Target).Append("  ").AppendLine(node.Html);
            }
        }

        return text.ToString();
    }

    private sealed record Violation(string Id, string Help, string HelpUrl, ViolatingNode[] Nodes);

    private sealed record ViolatingNode(string[] Target, string Html);
}
