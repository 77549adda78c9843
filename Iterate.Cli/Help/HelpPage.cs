using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text;
using Iterate.Cli.Commands;
using Iterate.Cli.Output;

namespace Iterate.Cli.Help;

/// <summary>One page of help: what it is, how to call it, what there is below it.</summary>
internal sealed class HelpPage(CommandTree tree, CliHost host) : SynchronousCommandLineAction
{
    private const int WidthWithoutTerminal = 100;

    private const int WidestName = 32;

    private const string RootNotes =
        """

        Server      the one on this host, found by its data directory; else ITERATE_URL and ITERATE_TOKEN
        Project     --project, else ITERATE_PROJECT, else the only one you can see
        Exit codes  0 ok · 1 refused · 2 usage or something missing · 3 timed out · 4 unreachable · 5 not signed in

        Examples
          iterate streams append --path /hello --type greeting/said --payload '{"text":"hi"}'
          iterate streams import --path /git/commits commits.ndjson
          iterate streams follow --path /hello --after-offset 0 --types 'greeting/*'

        """;

    private readonly int _width = Math.Min(host.OutputColumns ?? WidthWithoutTerminal, WidthWithoutTerminal);

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        host.Output.Write(Of(parseResult.CommandResult.Command));
        return ExitCode.Ok;
    }

    private string Of(Command command)
    {
        var docs = ContractDocs.Load();
        var page = new StringBuilder();
        AppendWrapped(page, tree.TextOf(command, docs), indent: 0);
        page.Append('\n').Append(Title("Usage")).Append("  ").Append(Usage(command)).Append('\n');
        AppendList(page, "Commands", command.Subcommands.Where(inner => !inner.Hidden).Select(inner => (inner.Name, FirstSentence(tree.TextOf(inner, docs)))));
        AppendList(page, "Options", OptionsOf(command).Select(option => (NameOf(option), tree.TextOf(option, docs))));
        if (command is RootCommand)
        {
            page.Append(RootNotes);
        }

        return page.ToString();
    }

    private static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Where(option => !option.Hidden).OrderByDescending(option => option.Required);

    private static string Usage(Command command)
    {
        var parts = command.Options.Where(option => option.Required).Select(NameOf)
            .Concat(command.Arguments.Select(argument => $"<{argument.HelpName ?? argument.Name}>"));
        return string.Join(' ',
        [
            CommandTree.PathOf(command),
            .. command switch { RootCommand => (string[])["<group>", "<command>"], { Subcommands.Count: > 0 } => ["<command>"], _ => [] },
            .. parts,
            "[options]",
        ]);
    }

    private static string NameOf(Option option) =>
        option is HelpOption ? "--help"
        : option.HelpName is { Length: > 0 } value ? $"{option.Name} <{value}>"
        : option.Name;

    private string Title(string text) => host.OutputColumns is null ? text : Terminal.Bold(text);

    private void AppendList(StringBuilder page, string title, IEnumerable<(string Name, string Text)> entries)
    {
        var list = entries.ToList();
        if (list.Count == 0)
        {
            return;
        }

        var indent = Math.Min(WidestName, list.Max(entry => entry.Name.Length)) + 4;
        page.Append('\n').Append(Title(title)).Append('\n');
        foreach (var (name, text) in list)
        {
            page.Append("  ").Append(name.PadRight(indent - 2));
            if (name.Length + 3 > indent)
            {
                page.Append('\n').Append(' ', indent);
            }

            AppendWrapped(page, text, indent);
        }
    }

    /// <summary>Appends words, from where the page is on the line, continued lines indented.</summary>
    private void AppendWrapped(StringBuilder page, string text, int indent)
    {
        var column = indent;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (column > indent && column + 1 + word.Length > _width)
            {
                page.Append('\n').Append(' ', indent);
                column = indent;
            }
            else if (column > indent)
            {
                page.Append(' ');
                column++;
            }

            page.Append(word);
            column += word.Length;
        }

        page.Append('\n');
    }

    private static string FirstSentence(string text) =>
        text.IndexOf(". ", StringComparison.Ordinal) is var end and > 0 ? text[..(end + 1)] : text;
}
