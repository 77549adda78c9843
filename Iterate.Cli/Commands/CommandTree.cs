using System.CommandLine;
using System.CommandLine.Help;
using Iterate.Cli.Help;
using Iterate.Cli.Server;
using Iterate.Domain.Api;

namespace Iterate.Cli.Commands;

/// <summary>
/// Every command: <c>iterate {group} {method}</c> for each method of the contract, and beside them the few commands
/// that put several calls together (requirement A-29).
/// </summary>
internal sealed class CommandTree
{
    private readonly CliHost _host;
    private readonly Dictionary<Symbol, Func<ContractDocs, string>> _texts = [];

    private CommandTree(CliHost host)
    {
        _host = host;
        Root = new("Streams, projects and people of an iterate server.");
        Root.Options.Add(Json);
        Root.Options.Add(Data);
        var help = Root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpPage(this, host);
        ShowHelp(Root);
        foreach (var group in ApiContract.Groups)
        {
            Root.Subcommands.Add(Group(group));
        }

        Root.Subcommands.Add(AuthCommands.Whoami(this));
    }

    /// <summary>Where parsing begins.</summary>
    public RootCommand Root { get; }

    /// <summary>JSON instead of a table.</summary>
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print JSON, one line per item when live. Without it: a table on a terminal, else JSON.",
        Recursive = true,
    };

    /// <summary>Where the server on this host keeps its files.</summary>
    public Option<string> Data { get; } = new("--data")
    {
        Description = "Data directory of the server on this host.",
        HelpName = "dir",
        Recursive = true,
    };

    /// <summary>Builds every command.</summary>
    public static CommandTree Build(CliHost host) => new(host);

    /// <summary>How a command is called, such as <c>iterate streams append</c>.</summary>
    public static string PathOf(Command command) =>
        command is RootCommand
            ? "iterate"
            : $"{PathOf(command.Parents.OfType<Command>().First())} {command.Name}";

    /// <summary>What help says about a command or option.</summary>
    public string TextOf(Symbol symbol, ContractDocs docs) =>
        _texts.TryGetValue(symbol, out var text) ? text(docs) : symbol.Description ?? "";

    /// <summary>Lets <paramref name="run"/> be what <paramref name="command"/> does.</summary>
    public void SetAction(Command command, Func<CommandContext, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var context = new CommandContext(_host, parsed, parsed.GetValue(Json), parsed.GetValue(Data));
            return await run(context, cancellationToken);
        });

    /// <summary>Adds the options of a request to a command.</summary>
    public void AddOptions(Command command, RequestOptions options)
    {
        foreach (var option in options.All)
        {
            command.Options.Add(option.Option);
            var standing = option.Member is { Name: nameof(IProjectRequest.Project), Owner: var owner } && owner.IsAssignableTo(typeof(IProjectRequest))
                ? ProjectChoice.Default
                : option.Default;
            _texts[option.Option] = docs => docs.OfMember(option.Member.Owner, option.Member.Name)
                + (standing is null ? "" : $" [default: {standing}]");
        }
    }

    private Command Group(ApiGroup group)
    {
        var command = new Command(group.Name) { Hidden = group.DevelopmentOnly };
        _texts[command] = docs => docs.OfType(group.Contract);
        ShowHelp(command);
        foreach (var method in group.Methods)
        {
            var made = Made(method);
            _texts[made] = docs => docs.OfMethod(method.Info);
            command.Subcommands.Add(made);
        }

        if (group.Contract == typeof(IStreamsApi))
        {
            command.Subcommands.Add(StreamsCommands.Import(this));
        }

        return command;
    }

    private Command Made(ApiMethod method) => method.Contract == typeof(IStreamsApi) && method.Name is "append"
        ? StreamsCommands.Append(this, method)
        : MethodCommand.Create(this, method);

    private void ShowHelp(Command command) => command.SetAction(parsed =>
    {
        new HelpPage(this, _host).Invoke(parsed);
        return ExitCode.Usage;
    });
}
