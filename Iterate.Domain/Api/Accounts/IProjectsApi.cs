using Iterate.Domain.Accounts;

namespace Iterate.Domain.Api;

/// <summary>Projects: the scope of streams, machines, secrets, agents, tasks and jobs (accounts.md).</summary>
[ApiGroup("projects")]
public interface IProjectsApi
{
    /// <summary>Projects of every organization the caller belongs to, by organization and name.</summary>
    [Access(Tier.User)]
    Task<ListProjectsResponse> ListAsync(ListProjectsRequest request, CancellationToken cancellationToken);

    /// <summary>One project.</summary>
    [Access(Tier.ProjectRead)]
    Task<ProjectSummary> GetAsync(GetProjectRequest request, CancellationToken cancellationToken);

    /// <summary>Creates a project with its root stream (requirement A-50).</summary>
    /// <exception cref="ApiException"><c>name-taken</c>, <c>invalid-input</c>.</exception>
    [Access(Tier.OrgMember)]
    Task<ProjectSummary> CreateAsync(CreateProjectRequest request, CancellationToken cancellationToken);
}

/// <summary>Projects, by key.</summary>
/// <param name="Limit">1 to 200.</param>
/// <param name="Cursor">Where an earlier page ended.</param>
public sealed record ListProjectsRequest(int Limit = 100, string? Cursor = null);

/// <summary>A page of projects.</summary>
public sealed record ListProjectsResponse(IReadOnlyList<ProjectSummary> Projects, string? NextCursor = null);

/// <summary>One project.</summary>
public sealed record GetProjectRequest(string Project) : IProjectRequest;

/// <summary>A new project.</summary>
/// <param name="Organization">Slug or id.</param>
/// <param name="Name">1 to 100 characters after trimming.</param>
public sealed record CreateProjectRequest(string Organization, string Name) : IOrganizationRequest;

/// <summary>A project as lists and headers show it.</summary>
public sealed record ProjectSummary
{
    /// <summary><c>prj_</c> id.</summary>
    public required string ProjectId { get; init; }

    /// <summary>Name of the project.</summary>
    public required string Name { get; init; }

    /// <summary>Slug in URLs; never changes.</summary>
    public required string Slug { get; init; }

    /// <summary><c>org_</c> id of the owner.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>Name of the owner.</summary>
    public required string OrganizationName { get; init; }

    /// <summary>Slug of the owner.</summary>
    public required string OrganizationSlug { get; init; }

    /// <summary>Role of the caller in the owner; absent for an admin of the installation who is no member.</summary>
    public OrganizationRole? Role { get; init; }
}
