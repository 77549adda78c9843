namespace Iterate.Cli;

/// <summary>A failure that this program finds by itself: printed as <c>code: message</c>.</summary>
internal sealed class CliException(int exitCode, string code, string message) : Exception(message)
{
    /// <summary>One of <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Machine code.</summary>
    public string Code { get; } = code;

    /// <summary>The command line cannot be understood.</summary>
    public static CliException Usage(string message) => new(Cli.ExitCode.Usage, "usage", message);

    /// <summary>Something that must be there before the command can work is not.</summary>
    public static CliException Missing(string message) => new(Cli.ExitCode.Usage, "missing-prerequisite", message);
}
