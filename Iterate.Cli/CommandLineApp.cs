using System.CommandLine;
using System.CommandLine.Invocation;
using Iterate.Cli.Commands;

namespace Iterate.Cli;

/// <summary>One run of the command line, from arguments to exit code.</summary>
internal static class CommandLineApp
{
    /// <summary>How arguments are read: nothing is expanded, for <c>@file</c> is a value of ours.</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Long enough for a call under way to end and to say how far it got.</summary>
    private static readonly TimeSpan TerminationGrace = TimeSpan.FromSeconds(5);

    /// <summary>Runs <paramref name="args"/>; Ctrl-C and SIGTERM cancel it.</summary>
    public static async Task<int> RunAsync(string[] args, CliHost host, CancellationToken cancellationToken)
    {
        try
        {
            var parsed = CommandTree.Build(host).Root.Parse(args, Parsing);
            if (parsed.Action is ParseErrorAction)
            {
                throw CliException.Usage(
                    $"{string.Join(' ', parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal))} See {CommandTree.PathOf(parsed.CommandResult.Command)} --help.");
            }

            var invocation = new InvocationConfiguration
            {
                Output = host.Output,
                Error = host.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TerminationGrace,
            };
            var exitCode = await parsed.InvokeAsync(invocation, cancellationToken);
            await host.Output.FlushAsync(CancellationToken.None);
            return exitCode;
        }
        catch (Exception exception) when (Failure.Of(exception) is { } failure)
        {
            if (failure.Line is { } line)
            {
                await host.Error.WriteLineAsync(line);
            }

            return failure.ExitCode;
        }
    }
}
