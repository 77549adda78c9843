using System.ComponentModel;
using System.Diagnostics;

namespace Iterate.Infrastructure.Postgres;

/// <summary>Runs a program to its end and keeps what it said.</summary>
internal static class ServerProgram
{
    private const string Env = "/usr/bin/env";

    /// <param name="program">Absolute path, or a name to be found on PATH.</param>
    public static async Task<ProgramResult> RunAsync(
        string program, IReadOnlyList<string> arguments, ServerUser user, CancellationToken cancellationToken)
    {
        // For a bare name the runtime looks into our working directory before PATH, and a checkout has a file "test".
        var start = new ProcessStartInfo(
            Path.IsPathRooted(program) ? program : Env, Path.IsPathRooted(program) ? arguments : [program, .. arguments])
        {
            // Our own working directory may be one the server's user cannot enter.
            WorkingDirectory = "/",
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (user.OtherName is { } name)
        {
            start.UserName = name;
        }

        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new(program, process.ExitCode, $"{await output}{await error}".Trim());
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new StartupException($"'{start.FileName}' could not be started: {exception.Message}.", exception);
        }
    }
}

/// <summary>How a program ended.</summary>
/// <param name="Program">The program.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Both its outputs.</param>
internal sealed record ProgramResult(string Program, int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;

    public void EnsureSucceeded()
    {
        if (!Succeeded)
        {
            throw new StartupException($"'{Program}' failed with exit code {ExitCode}: {Output}");
        }
    }
}
