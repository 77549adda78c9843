using System.CommandLine;
using Iterate.Cli.Server;
using Iterate.Domain.Api;

namespace Iterate.Cli.Commands;

/// <summary>The commands of streams that put several calls, or several ways to say one, together (requirement S-191).</summary>
internal static class StreamsCommands
{
    /// <summary>
    /// <c>iterate streams append</c>: one event by its own options, several as <c>--events</c>, or any number from
    /// <c>--file</c>.
    /// </summary>
    public static Command Append(CommandTree tree, ApiMethod method)
    {
        var command = new Command(method.Name);
        var request = RequestOptions.Of(method.RequestType);
        var single = RequestOptions.Of(typeof(EventInput));
        var project = MethodCommand.ProjectOf(method, request);
        var path = request.Named<string>("--path");
        var events = request.Named<string>("--events");
        var mustExist = request.Named<bool>("--must-exist");
        var type = single.Named<string>("--type");
        var file = new Option<string>("--file") { HelpName = "file|-", Description = "NDJSON, one event a line, in batches; - reads standard input." };
        events.Required = type.Required = false;
        tree.AddOptions(command, request);
        tree.AddOptions(command, single);
        command.Options.Add(file);
        command.Validators.Add(result =>
        {
            Option[] ways = [type, events, file];
            if (ways.Count(way => result.GetResult(way) is not null) != 1)
            {
                result.AddError("Say what to append with exactly one of --type, --events and --file.");
            }
            else if (result.GetResult(type) is null && single.All.FirstOrDefault(option => result.GetResult(option.Option) is not null) is { } stray)
            {
                result.AddError($"{stray.Option.Name} describes a single event; it goes with --type.");
            }
            else if (result.GetResult(file) is not null && result.GetResult(mustExist) is not null)
            {
                result.AddError("--must-exist does not go with --file.");
            }
        });
        tree.SetAction(command, async (context, cancellationToken) =>
        {
            if (context.Values.Has(file))
            {
                return await ImportRun.RunAsync(
                    context, await context.ProjectAsync(project!, cancellationToken), context.Values.Get(path)!, context.Values.Get(file)!, cancellationToken);
            }

            var one = context.Values.Has(type) ? single.ReadJson(context.Values, new Dictionary<string, string>(StringComparer.Ordinal)) : null;
            var given = await MethodCommand.GivenAsync(context, project, cancellationToken);
            if (one is not null)
            {
                given["events"] = $"[{one}]";
            }

            await context.Results.WriteAsync(await context.Api.CallAsync(method, request.Read(context.Values, given), cancellationToken));
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary><c>iterate streams import</c>: a file of events, with progress.</summary>
    public static Command Import(CommandTree tree)
    {
        var project = new Option<string>("--project") { HelpName = "text", Description = $"Slug or id. [default: {ProjectChoice.Default}]" };
        var path = new Option<string>("--path") { HelpName = "text", Description = "Path of the stream; created when missing.", Required = true };
        var file = new Argument<string>("FILE") { Description = "NDJSON, one event a line; - reads standard input." };
        var mode = new Option<string>("--mode")
        {
            HelpName = "restore|append",
            Description = "What to do with an export: restore the stream it was, or append its events. Run again, it goes on where it stopped.",
        };
        mode.AcceptOnlyFromAmong("restore", "append");
        var command = new Command("import", "Appends a file of events, one JSON object a line, or takes an export back with --mode. Lines with an idempotency key are never written twice, so an interrupted import is run again.")
        {
            project,
            path,
            mode,
            file,
        };
        tree.SetAction(command, async (context, cancellationToken) =>
        {
            var (into, from) = (context.Values.Get(path)!, context.Values.Get(file));
            var named = await context.ProjectAsync(project, cancellationToken);
            return context.Values.Get(mode) is { } chosen
                ? await FileImport.RunAsync(context, named, into, chosen == "restore" ? ImportMode.Restore : ImportMode.Append, from, cancellationToken)
                : await ImportRun.RunAsync(context, named, into, from, cancellationToken);
        });
        return command;
    }
}
