namespace Iterate.Domain.Api;

/// <summary>A request that concerns one project. Required of every method with a project tier.</summary>
public interface IProjectRequest
{
    /// <summary>Slug or <c>prj_</c> id of the project.</summary>
    string Project { get; }
}

/// <summary>A request that concerns one organization. Required of every method with an organization tier.</summary>
public interface IOrganizationRequest
{
    /// <summary>Slug or <c>org_</c> id of the organization.</summary>
    string Organization { get; }
}
