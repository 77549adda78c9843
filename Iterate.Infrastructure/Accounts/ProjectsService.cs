using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;

namespace Iterate.Infrastructure.Accounts;

/// <summary>Group <c>projects</c>.</summary>
public sealed class ProjectsService(IDbContextFactory<IterateDbContext> contexts, ProjectFactory factory, IProjectRootStream roots) : IProjectsApi
{
    private const int MaxPage = 200;

    /// <inheritdoc/>
    public async Task<ListProjectsResponse> ListAsync(ListProjectsRequest request, CancellationToken cancellationToken)
    {
        if (request.Limit is < 1 or > MaxPage)
        {
            throw ApiException.InvalidInput("limit", "must be from 1 to 200");
        }

        var userId = CallContext.Current.Caller.UserId!;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows =
            from membership in context.Memberships
            where membership.UserId == userId
            join project in Summaries(context, userId) on membership.OrganizationId equals project.OrganizationId
            select project;
        if (request.Cursor is { } cursor)
        {
            var after = ProjectCursor.Parse(cursor);
            rows = rows.Where(row => EF.Functions.GreaterThan(
                ValueTuple.Create(row.OrganizationName, row.OrganizationId, row.Name),
                ValueTuple.Create(after.OrganizationName, after.OrganizationId, after.Name)));
        }

        var page = await rows
            .OrderBy(row => row.OrganizationName).ThenBy(row => row.OrganizationId).ThenBy(row => row.Name)
            .Take(request.Limit + 1)
            .ToListAsync(cancellationToken);
        return page.Count <= request.Limit
            ? new(page)
            : new(page[..request.Limit], ProjectCursor.After(page[request.Limit - 1]).ToString());
    }

    /// <inheritdoc/>
    public async Task<ProjectSummary> GetAsync(GetProjectRequest request, CancellationToken cancellationToken)
    {
        var projectId = CallContext.CurrentProject.ProjectId;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Summaries(context, CallContext.Current.Caller.UserId).SingleAsync(project => project.ProjectId == projectId, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ProjectSummary> CreateAsync(CreateProjectRequest request, CancellationToken cancellationToken)
    {
        var name = DisplayName.Parse("name", request.Name);
        var projectId = await factory.CreateAsync(CallContext.Current.OrganizationId!, name, cancellationToken);
        await roots.EnsureAsync(projectId, cancellationToken);

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Summaries(context, CallContext.Current.Caller.UserId).SingleAsync(project => project.ProjectId == projectId, cancellationToken);
    }

    /// <summary>Projects, as a person sees them.</summary>
    internal static IQueryable<ProjectSummary> Summaries(IterateDbContext context, string? userId) =>
        from project in context.Projects
        join organization in context.Organizations on project.OrganizationId equals organization.Id
        select new ProjectSummary
        {
            ProjectId = project.Id,
            Name = project.Name,
            Slug = project.Slug,
            OrganizationId = organization.Id,
            OrganizationName = organization.Name,
            OrganizationSlug = organization.Slug,
            Role = context.Memberships
                .Where(membership => membership.OrganizationId == organization.Id && membership.UserId == userId)
                .Select(membership => (OrganizationRole?)membership.Role)
                .SingleOrDefault(),
        };
}
