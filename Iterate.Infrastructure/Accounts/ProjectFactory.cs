using System.Runtime.CompilerServices;
using Iterate.Domain;
using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Iterate.Infrastructure.Accounts;

/// <summary>Inserts organizations and projects under the first free slug (requirement A-41).</summary>
public sealed class ProjectFactory(IDbContextFactory<IterateDbContext> contexts, TimeProvider time)
{
    private const int SlugsPerLook = 50;
    private const string OrganizationSlugKey = "organization_slug_key";
    private const string ProjectSlugKey = "project_slug_key";
    private const string ProjectNameKey = "project_organization_id_lower_name_key";

    /// <summary>Creates a project and answers its id.</summary>
    /// <exception cref="ApiException"><c>name-taken</c>: the organization has a project of that name.</exception>
    public async Task<string> CreateAsync(string organizationId, string name, CancellationToken cancellationToken)
    {
        await foreach (var slug in FreeSlugsAsync(name, "project", context => context.Projects.Select(row => row.Slug), cancellationToken))
        {
            var project = new Project { Id = TypeId.New("prj", time), OrganizationId = organizationId, Name = name, Slug = slug };
            switch (await InsertAsync([project], cancellationToken))
            {
                case null:
                    return project.Id;
                case ProjectSlugKey:
                    continue;
                case ProjectNameKey:
                    throw new ApiException(ErrorCodes.NameTaken, $"The organization already has a project named '{name}'.");
                case var constraint:
                    throw new InvalidOperationException($"A project cannot violate {constraint}.");
            }
        }

        throw new InvalidOperationException("There is always another slug.");
    }

    /// <summary>Creates an organization with its owner and answers its id.</summary>
    public async Task<string> CreateOrganizationAsync(string name, string ownerId, CancellationToken cancellationToken)
    {
        await foreach (var slug in FreeSlugsAsync(name, "organization", context => context.Organizations.Select(row => row.Slug), cancellationToken))
        {
            var organization = new Organization { Id = TypeId.New("org", time), Name = name, Slug = slug };
            var membership = new Membership
            {
                Id = TypeId.New("mem", time), OrganizationId = organization.Id, UserId = ownerId, Role = OrganizationRole.Owner,
            };
            switch (await InsertAsync([organization, membership], cancellationToken))
            {
                case null:
                    return organization.Id;
                case OrganizationSlugKey:
                    continue;
                case var constraint:
                    throw new InvalidOperationException($"An organization cannot violate {constraint}.");
            }
        }

        throw new InvalidOperationException("There is always another slug.");
    }

    /// <summary>Candidates nobody had when we looked; the unique index has the last word.</summary>
    private async IAsyncEnumerable<string> FreeSlugsAsync(
        string name,
        string kind,
        Func<IterateDbContext, IQueryable<string>> slugs,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var candidates in Slugs.Candidates(name, kind).Chunk(SlugsPerLook))
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var taken = await slugs(context).Where(slug => candidates.Contains(slug)).ToListAsync(cancellationToken);
            foreach (var free in candidates.Except(taken, StringComparer.Ordinal))
            {
                yield return free;
            }
        }
    }

    /// <summary>Inserts rows and answers the unique constraint that was in the way, or null.</summary>
    private async Task<string?> InsertAsync(IEnumerable<object> rows, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.AddRange(rows);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } refusal)
        {
            return refusal.ConstraintName;
        }
    }
}
