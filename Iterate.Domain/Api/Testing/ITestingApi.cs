namespace Iterate.Domain.Api;

/// <summary>
/// Makes people, organizations and sign-ins for specs. Exists in the environments Development and Test only;
/// elsewhere the group answers 404 and its code is not registered (spec README, Testing).
/// </summary>
[ApiGroup("testing", DevelopmentOnly = true)]
public partial interface ITestingApi
{
    /// <summary>Creates a person.</summary>
    [Access(Tier.Public)]
    Task<UserSummary> CreateUserAsync(CreateTestUserRequest request, CancellationToken cancellationToken);

    /// <summary>Creates an organization owned by a person, with a first project.</summary>
    [Access(Tier.Public)]
    Task<ProjectSummary> CreateOrganizationAsync(CreateTestOrganizationRequest request, CancellationToken cancellationToken);

    /// <summary>Opens a login session for a person and hands out its secret, for the cookie or as a bearer token.</summary>
    [Access(Tier.Public)]
    Task<SignInAsResponse> SignInAsAsync(SignInAsRequest request, CancellationToken cancellationToken);
}

/// <summary>A new person.</summary>
public sealed record CreateTestUserRequest(string Email, string Name);

/// <summary>A new organization with one project.</summary>
/// <param name="Name">Name of the organization.</param>
/// <param name="Project">Name of the project.</param>
/// <param name="OwnerEmail">Address of its owner.</param>
/// <param name="ViewerEmail">Address of somebody who may only look, if anybody.</param>
public sealed record CreateTestOrganizationRequest(string Name, string Project, string OwnerEmail, string? ViewerEmail = null);

/// <summary>The person to sign in.</summary>
public sealed record SignInAsRequest(string Email);

/// <summary>A login session of kind browser.</summary>
/// <param name="CookieName">Name of the session cookie on this host.</param>
/// <param name="Secret">The session secret, usable once here and never readable again.</param>
public sealed record SignInAsResponse(string CookieName, string Secret);
