using Microsoft.Win32.SafeHandles;

namespace Iterate.Cli;

/// <summary>The process around a run of the CLI, so that tests can be one.</summary>
internal sealed record CliHost
{
    /// <summary>Results.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Opens standard output for bytes, as of a download.</summary>
    public Func<Stream> OpenOutput { get; init; } = Console.OpenStandardOutput;

    /// <summary>Errors, notes and progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Columns of the terminal results go to; null when they go to a file or pipe.</summary>
    public required int? OutputColumns { get; init; }

    /// <summary>Errors and progress go to a terminal.</summary>
    public required bool ErrorIsTerminal { get; init; }

    /// <summary>Reads an environment variable; null when unset or empty.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>What sends requests to a server.</summary>
    public required Func<Uri, HttpMessageHandler> CreateHandler { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The process this runs in.</summary>
    public static CliHost OfThisProcess() => new()
    {
        Output = OpenOutputWriter(),
        Error = Console.Error,
        OpenInput = Console.OpenStandardInput,
        OutputColumns = Console.IsOutputRedirected ? null : Math.Max(Console.WindowWidth, 40),
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        CreateHandler = url => new SocketsHttpHandler
        {
            // A redirect would carry the token elsewhere, and a proxy does not know our loopback.
            AllowAutoRedirect = false,
            UseProxy = !url.IsLoopback,
        },
    };

    /// <summary>
    /// Into a pipe we write by ourselves: the console swallows that the reader is gone, and a command that follows
    /// would go on for nobody.
    /// </summary>
    private static TextWriter OpenOutputWriter()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
        {
            return Console.Out;
        }

        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? Console.Out : new StreamWriter(pipe);
    }
}
