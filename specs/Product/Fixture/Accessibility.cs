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
    private static readonly AxeRunOptions Options = new()
    {
        RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
    };

    /// <summary>Fails with every violation, what it is about and where.</summary>
    public static async Task CheckAsync(IPage page)
    {
        var result = await page.Unwrap().RunAxe(Options);
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
