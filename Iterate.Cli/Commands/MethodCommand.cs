using System.CommandLine;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Cli.Commands;

/// <summary>A command made from one method of the contract.</summary>
internal static class MethodCommand
{
    private const string ProjectOption = "--project";

    /// <summary>The command of <paramref name="method"/>.</summary>
    public static Command Create(CommandTree tree, ApiMethod method)
    {
        var command = new Command(method.Name);
        var options = RequestOptions.Of(method.RequestType);
        var project = ProjectOf(method, options);
        tree.AddOptions(command, options);
        tree.SetAction(command, async (context, cancellationToken) =>
        {
            var request = options.Read(context.Values, await GivenAsync(context, project, cancellationToken));
            if (method.DownloadType is not null)
            {
                return await DownloadAsync(context, method, request, cancellationToken);
            }

            if (method.IsLive)
            {
                return await FollowAsync(context, method, request, cancellationToken);
            }

            var answer = await context.Api.CallAsync(method, request, cancellationToken);
            await context.Results.WriteAsync(answer);
            return answer is ITimedAnswer { TimedOut: true } ? ExitCode.TimedOut : ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The project option of a method that concerns one; it may be left out (requirement A-30).</summary>
    public static Option<string>? ProjectOf(ApiMethod method, RequestOptions options)
    {
        if (!method.RequestType.IsAssignableTo(typeof(IProjectRequest)))
        {
            return null;
        }

        var option = options.Named<string>(ProjectOption);
        option.Required = false;
        return option;
    }

    /// <summary>The members the command line need not name.</summary>
    public static async Task<Dictionary<string, string>> GivenAsync(
        CommandContext context, Option<string>? project, CancellationToken cancellationToken)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        if (project is not null)
        {
            given["project"] = JsonSerializer.Serialize(await context.ProjectAsync(project, cancellationToken), ApiJson.Options);
        }

        return given;
    }

    private static async Task<int> DownloadAsync(
        CommandContext context, ApiMethod method, object request, CancellationToken cancellationToken)
    {
        await using var output = context.Host.OpenOutput();
        await foreach (var part in context.Api.DownloadAsync(method, request, cancellationToken))
        {
            await output.WriteAsync(part.Bytes, cancellationToken);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> FollowAsync(
        CommandContext context, ApiMethod method, object request, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in context.Api.FollowAsync(method, request, cancellationToken))
            {
                await context.Results.WriteItemAsync(
                    request is FollowRequest { HeadsOnly: true } && item is StreamBatch batch ? new StreamHead(batch.HeadOffset) : item);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how one stops to follow.
        }

        return ExitCode.Ok;
    }
}

/// <summary>What following heads only prints.</summary>
/// <param name="HeadOffset">Offset of the newest event.</param>
internal sealed record StreamHead(long HeadOffset);
