using Iterate.Domain.Api;
using Iterate.Web.Client.Streams;

namespace Iterate.Web.Endpoints;

/// <summary>
/// <c>/</c> and <c>/proj/{project}</c> lead to the streams of the first or the named project. They are endpoints, not
/// pages: a page that navigates away while its layout is still loading is written out while it is being rendered, and
/// that can take the process down.
/// </summary>
internal static class HomeRedirects
{
    public static void MapHome(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", FirstProjectAsync).ExcludeFromDescription();
        routes.MapGet("/proj/{project}", ProjectAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> FirstProjectAsync(IProjectsApi projects, CancellationToken cancellationToken)
    {
        var page = await projects.ListAsync(new(Limit: 1), cancellationToken);
        return page.Projects is [var first] ? Results.LocalRedirect(StreamUrls.List(first.Slug)) : throw ApiException.NotFound();
    }

    private static async Task<IResult> ProjectAsync(string project, IProjectsApi projects, CancellationToken cancellationToken) =>
        Results.LocalRedirect(StreamUrls.List((await projects.GetAsync(new(project), cancellationToken)).Slug));
}
