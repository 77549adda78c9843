using System.CommandLine;
using Iterate.Domain.Api;

namespace Iterate.Cli.Commands;

/// <summary>Commands about who calls.</summary>
internal static class AuthCommands
{
    /// <summary><c>iterate whoami</c>: the signed-in person, or exit code 5.</summary>
    public static Command Whoami(CommandTree tree)
    {
        var method = ApiContract.MethodOf(typeof(IAuthApi).GetMethod(nameof(IAuthApi.WhoamiAsync))!);
        var command = new Command("whoami", "Who the server takes you for.");
        tree.SetAction(command, async (context, cancellationToken) =>
        {
            var answer = (WhoamiResponse)await context.Api.CallAsync(method, new WhoamiRequest(), cancellationToken);
            await context.Results.WriteAsync(answer.User
                ?? throw new CliException(ExitCode.NotSignedIn, ErrorCodes.Unauthenticated, "Nobody is signed in."));
            return ExitCode.Ok;
        });
        return command;
    }
}
