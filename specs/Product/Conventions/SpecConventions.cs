using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Iterate.Specs.Conventions;

/// <summary>What a spec must not hold (requirements W-21 and W-24): it says what becomes visible, and nothing else.</summary>
internal static class SpecConventions
{
    /// <summary>A line per offence.</summary>
    public static IEnumerable<string> OffencesIn(string source) =>
        CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes()
            .Select(node => (Node: node, Offence: OffenceOf(node)))
            .Where(found => found.Offence is not null)
            .Select(found => string.Create(CultureInfo.InvariantCulture, $"line {LineOf(found.Node)}: {found.Offence}"));

    private static string? OffenceOf(SyntaxNode node) => node switch
    {
        IfStatementSyntax => "if: a spec knows what happens",
        ConditionalExpressionSyntax => "?: is a condition, and a spec has none",
        SwitchStatementSyntax or SwitchExpressionSyntax => "switch: a spec knows what happens",
        MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "Task" }, Name.Identifier.Text: "Delay" } =>
            "Task.Delay: wait for what becomes visible",
        SimpleNameSyntax { Identifier.Text: "Expect" } => "Expect: wait for what becomes visible",
        SimpleNameSyntax { Identifier.Text: "IsVisibleAsync" } => "IsVisibleAsync: wait for what becomes visible",
        SimpleNameSyntax { Identifier.Text: "NetworkIdle" } => "NetworkIdle: wait for what becomes visible",
        SimpleNameSyntax name when name.Identifier.Text.StartsWith("WaitForTimeout", StringComparison.Ordinal) =>
            "WaitForTimeout: wait for what becomes visible",
        _ => null,
    };

    private static int LineOf(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
