using Iterate.Domain;
using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Npgsql;

namespace Iterate.Infrastructure.Api;

/// <summary>Finds the organization or project that a request names, and the caller's role in it, in one query.</summary>
internal sealed class ScopeResolver(NpgsqlDataSource database)
{
    private const string Project =
        """
        select p.organization_id, m.role, p.id, p.slug
        from project p left join membership m on m.organization_id = p.organization_id and m.user_id = $2
        where
        """;

    private const string Organization =
        "select o.id, m.role from organization o left join membership m on m.organization_id = o.id and m.user_id = $2 where";

    /// <summary>The scope, or null when there is none of that name.</summary>
    public async Task<ResolvedScope?> ResolveAsync(object request, string userId, CancellationToken cancellationToken)
    {
        var (sql, name) = request switch
        {
            IProjectRequest { Project: var project } => (Sql(Project, "p", "prj", project), project),
            IOrganizationRequest { Organization: var organization } => (Sql(Organization, "o", "org", organization), organization),
            _ => throw new InvalidOperationException($"{request.GetType().Name} names neither an organization nor a project, but its method's tier asks for one."),
        };
        if (sql is null)
        {
            return null;
        }

        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = userId });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
        {
            return null;
        }

        var organizationId = row.GetString(0);
        return new(
            organizationId,
            request is IProjectRequest ? new(row.GetString(2), row.GetString(3), organizationId) : null,
            await row.IsDBNullAsync(1, cancellationToken) ? null : Enum.Parse<OrganizationRole>(row.GetString(1), ignoreCase: true));
    }

    /// <summary>Null for a name that nothing can have, which also keeps odd characters out of the database.</summary>
    private static string? Sql(string select, string table, string prefix, string name) =>
        TypeId.Is(prefix, name) ? $"{select} {table}.id = $1"
        : Slugs.IsValid(name) ? $"{select} {table}.slug = $1"
        : null;
}

/// <summary>What a request concerns.</summary>
/// <param name="OrganizationId">The organization named, or the owner of the project named.</param>
/// <param name="Project">The project named.</param>
/// <param name="Role">The caller's role in the organization; null for an outsider.</param>
internal sealed record ResolvedScope(string OrganizationId, ProjectScope? Project, OrganizationRole? Role);
