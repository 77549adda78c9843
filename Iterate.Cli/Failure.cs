using Iterate.Cli.Http;
using Iterate.Domain.Api;

namespace Iterate.Cli;

/// <summary>How an exception ends a command.</summary>
/// <param name="ExitCode">One of <see cref="Cli.ExitCode"/>.</param>
/// <param name="Line">What to print, <c>code: message</c>; null for nothing.</param>
internal sealed record Failure(int ExitCode, string? Line)
{
    private const int BrokenPipe = 32;

    /// <summary>The failure behind <paramref name="exception"/>; null for a fault of this program.</summary>
    public static Failure? Of(Exception exception) => exception switch
    {
        CliException own => new(own.ExitCode, $"{own.Code}: {own.Message}"),
        ApiException { Code: ErrorCodes.Unauthenticated } refusal => new(Cli.ExitCode.NotSignedIn, $"{refusal.Code}: {refusal.Message}"),
        ApiException refusal => new(Cli.ExitCode.Refused, $"{refusal.Code}: {refusal.Message}"),
        UnknownRefusalException { Status: 401 } refusal => new(Cli.ExitCode.NotSignedIn, $"{refusal.Code}: {refusal.Message}"),
        UnknownRefusalException refusal => new(Cli.ExitCode.Refused, $"{refusal.Code}: {refusal.Message}"),
        ServerUnreachableException => new(Cli.ExitCode.Unreachable, $"unreachable: {exception.Message}"),
        TimeoutException => new(Cli.ExitCode.TimedOut, $"timed-out: {exception.Message}"),
        InvalidDataException => new(Cli.ExitCode.Refused, $"unreadable-answer: {exception.Message}"),
        OperationCanceledException => new(Cli.ExitCode.Interrupted, null),
        IOException { HResult: BrokenPipe } => new(Cli.ExitCode.Ok, null),
        _ => null,
    };
}
