using Iterate.Domain;
using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Accounts;
using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Iterate.Infrastructure.Testing;

/// <summary>Group <c>testing</c>; registered in the environments Development and Test only.</summary>
internal sealed partial class TestingService(
    IDbContextFactory<IterateDbContext> contexts,
    ProjectFactory factory,
    IProjectRootStream roots,
    SessionStore sessions,
    OutboxTesting outbox,
    TestFaults faults,
    TimeProvider time) : ITestingApi
{
    /// <inheritdoc/>
    public async Task<UserSummary> CreateUserAsync(CreateTestUserRequest request, CancellationToken cancellationToken)
    {
        var user = new AppUser
        {
            Id = TypeId.New("usr", time),
            Name = DisplayName.Parse("name", request.Name),
            Email = request.Email,
            SystemRole = SystemRole.User,
        };
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Users.Add(user);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw ApiException.InvalidInput("email", "belongs to somebody already");
        }

        return AuthService.Summary(user);
    }

    /// <inheritdoc/>
    public async Task<ProjectSummary> CreateOrganizationAsync(CreateTestOrganizationRequest request, CancellationToken cancellationToken)
    {
        var name = DisplayName.Parse("name", request.Name);
        var projectName = DisplayName.Parse("project", request.Project);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var owner = await PersonAsync(context, request.OwnerEmail, cancellationToken);
        var organizationId = await factory.CreateOrganizationAsync(name, owner.Id, cancellationToken);
        if (request.ViewerEmail is { } viewer)
        {
            await AddViewerAsync(context, organizationId, viewer, cancellationToken);
        }

        var projectId = await factory.CreateAsync(organizationId, projectName, cancellationToken);
        await roots.EnsureAsync(projectId, cancellationToken);
        return await ProjectsService.Summaries(context, owner.Id).SingleAsync(project => project.ProjectId == projectId, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<SignInAsResponse> SignInAsAsync(SignInAsRequest request, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await PersonAsync(context, request.Email, cancellationToken);
        var session = await sessions.CreateAsync(user.Id, SessionKind.Browser, label: null, cancellationToken);
        return new(SessionCookie.PlainName, session.Secret);
    }

    private async Task AddViewerAsync(IterateDbContext context, string organizationId, string email, CancellationToken cancellationToken)
    {
        var viewer = await PersonAsync(context, email, cancellationToken);
        context.Memberships.Add(new()
        {
            Id = TypeId.New("mem", time), OrganizationId = organizationId, UserId = viewer.Id, Role = OrganizationRole.Viewer,
        });
        await context.SaveChangesAsync(cancellationToken);
    }

    private static async Task<AppUser> PersonAsync(IterateDbContext context, string email, CancellationToken cancellationToken) =>
        await context.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Email == email, cancellationToken) ?? throw ApiException.NotFound();
}
