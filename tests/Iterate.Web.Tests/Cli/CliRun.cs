using System.Text;
using Iterate.Cli;
using Xunit;

namespace Iterate.Web.Tests.Cli;

/// <summary>Runs the command line inside the test, against a server of the test.</summary>
internal sealed class CliRun(HttpMessageHandler server)
{
    public const string Url = "http://iterate.test/";

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal) { ["ITERATE_URL"] = Url, ["ITERATE_TOKEN"] = "itc_test" };

    public string Input { get; init; } = "";

    /// <summary>Columns of the terminal; null for a pipe.</summary>
    public int? Columns { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static Task<CliResult> Of(HttpMessageHandler server, params string[] args) => new CliRun(server).RunAsync(args);

    public Task<CliResult> RunAsync(params string[] args) => RunAsync(new StringWriter(), args, TestContext.Current.CancellationToken);

    public async Task<CliResult> RunAsync(TextWriter output, string[] args, CancellationToken cancellationToken)
    {
        var error = new StringWriter();
        using var bytes = new MemoryStream();
        var exitCode = await CommandLineApp.RunAsync(
            args,
            new CliHost
            {
                Output = output,
                OpenOutput = () => bytes,
                Error = error,
                OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(Input)),
                OutputColumns = Columns,
                ErrorIsTerminal = false,
                Variable = name => Variables.GetValueOrDefault(name),
                CreateHandler = _ => server,
                Time = Time,
            },
            cancellationToken);
        return new(exitCode, output.ToString()! + Encoding.UTF8.GetString(bytes.ToArray()), error.ToString());
    }
}

internal sealed record CliResult(int ExitCode, string Output, string Error);
