using Iterate.Domain;
using Iterate.Domain.Accounts;
using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Iterate.Infrastructure.Accounts;

/// <summary>
/// The person who owns this installation without having signed up: system admin, with an organization and a project
/// to begin in.
/// </summary>
public sealed class LocalOwner(
    NpgsqlDataSource database,
    IDbContextFactory<IterateDbContext> contexts,
    ProjectFactory factory,
    IProjectRootStream roots,
    SessionStore sessions,
    TimeProvider time)
{
    private const string Email = "owner@localhost";
    private const string TokenLabel = "local-token";

    /// <summary>Held while seeding, so that hosts starting together make one owner.</summary>
    private const long AdvisoryLock = 0x6974_6572_6f77_6e;

    /// <summary>Makes what is missing of person, organization, project and root stream, and answers the person's id.</summary>
    public async Task<string> EnsureAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var @lock = new NpgsqlCommand($"select pg_advisory_xact_lock({AdvisoryLock})", connection, transaction);
        await @lock.ExecuteNonQueryAsync(cancellationToken);

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var userId = await context.Users.Where(user => user.Email == Email).Select(user => user.Id).SingleOrDefaultAsync(cancellationToken)
            ?? await CreateUserAsync(context, cancellationToken);
        var organizationId = await context.Memberships.Where(row => row.UserId == userId).OrderBy(row => row.Id)
                .Select(row => row.OrganizationId).FirstOrDefaultAsync(cancellationToken)
            ?? await factory.CreateOrganizationAsync("Local", userId, cancellationToken);
        var projectId = await context.Projects.Where(row => row.OrganizationId == organizationId).OrderBy(row => row.Id)
                .Select(row => row.Id).FirstOrDefaultAsync(cancellationToken)
            ?? await factory.CreateAsync(organizationId, "demo", cancellationToken);
        await roots.EnsureAsync(projectId, cancellationToken);
        return userId;
    }

    /// <summary>
    /// Keeps a CLI session's secret in <paramref name="file"/>, readable by its owner only. A file whose session
    /// still lives is left alone.
    /// </summary>
    public async Task EnsureTokenFileAsync(string userId, string file, CancellationToken cancellationToken)
    {
        if (File.Exists(file))
        {
            var kept = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
            var holder = await sessions.FindAsync(kept, cancellationToken);
            if (string.Equals(holder?.UserId, userId, StringComparison.Ordinal))
            {
                return;
            }
        }

        var session = await sessions.CreateAsync(userId, SessionKind.Cli, TokenLabel, cancellationToken);
        var unfinished = $"{file}.unfinished";
        File.Delete(unfinished);
        await using (var stream = new FileStream(unfinished, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        await using (var writer = new StreamWriter(stream))
        {
            await writer.WriteLineAsync(session.Secret.AsMemory(), cancellationToken);
        }

        File.Move(unfinished, file, overwrite: true);
    }

    private async Task<string> CreateUserAsync(IterateDbContext context, CancellationToken cancellationToken)
    {
        var user = new AppUser { Id = TypeId.New("usr", time), Name = "Local owner", Email = Email, SystemRole = SystemRole.Admin };
        context.Users.Add(user);
        await context.SaveChangesAsync(cancellationToken);
        return user.Id;
    }
}
