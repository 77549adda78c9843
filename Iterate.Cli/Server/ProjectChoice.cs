using Iterate.Cli.Http;
using Iterate.Domain.Api;

namespace Iterate.Cli.Server;

/// <summary>The project a command concerns when none is named (requirement A-30).</summary>
internal static class ProjectChoice
{
    /// <summary>The rule in words.</summary>
    public const string Default = "ITERATE_PROJECT, else the only one you can see";

    private static readonly ApiMethod ListProjects =
        ApiContract.MethodOf(typeof(IProjectsApi).GetMethod(nameof(IProjectsApi.ListAsync))!);

    /// <summary><c>ITERATE_PROJECT</c>, else the only project the caller can see.</summary>
    /// <exception cref="CliException">There is none, or more than one.</exception>
    public static async Task<string> DefaultAsync(CliHost host, ApiTransport transport, CancellationToken cancellationToken)
    {
        if (host.Variable("ITERATE_PROJECT") is { } named)
        {
            return named;
        }

        var answer = (ListProjectsResponse)await transport.CallAsync(ListProjects, new ListProjectsRequest(), cancellationToken);
        return answer.Projects switch
        {
            [var only] when answer.NextCursor is null => only.Slug,
            [] => throw CliException.Missing("You can see no project."),
            var several => throw CliException.Usage(
                $"Name one with --project or ITERATE_PROJECT: {string.Join(", ", several.Select(project => project.Slug))}{(answer.NextCursor is null ? "" : ", …")}"),
        };
    }
}
