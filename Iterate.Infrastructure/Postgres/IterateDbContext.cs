using Iterate.Infrastructure.Accounts;
using Microsoft.EntityFrameworkCore;

namespace Iterate.Infrastructure.Postgres;

/// <summary>Entities: everything that is not the event log. Made per unit of work by the factory.</summary>
public sealed class IterateDbContext(DbContextOptions<IterateDbContext> options) : DbContext(options)
{
    public DbSet<AppUser> Users => Set<AppUser>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<OneTimeToken> OneTimeTokens => Set<OneTimeToken>();

    public DbSet<Organization> Organizations => Set<Organization>();

    public DbSet<Membership> Memberships => Set<Membership>();

    public DbSet<Project> Projects => Set<Project>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        AccountsModel.Configure(modelBuilder);
        ModelConventions.Apply(modelBuilder);
    }
}
