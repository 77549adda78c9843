using Microsoft.EntityFrameworkCore;

namespace Iterate.Infrastructure.Accounts;

/// <summary>
/// Keys and references of the tables of accounts.md. Uniqueness that ignores case is an index over lower(), written
/// in the migration because EF has no words for it.
/// </summary>
internal static class AccountsModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<AppUser>();

        model.Entity<Session>(session =>
        {
            session.HasIndex(row => row.TokenHash).IsUnique();
            session.HasOne<AppUser>().WithMany().HasForeignKey(row => row.UserId);
        });

        model.Entity<OneTimeToken>(token =>
        {
            token.HasIndex(row => row.TokenHash).IsUnique();
            token.HasOne<AppUser>().WithMany().HasForeignKey(row => row.UserId);
        });

        model.Entity<Organization>().HasIndex(row => row.Slug).IsUnique();

        model.Entity<Membership>(membership =>
        {
            membership.HasIndex(row => new { row.OrganizationId, row.UserId }).IsUnique();
            membership.HasOne<Organization>().WithMany().HasForeignKey(row => row.OrganizationId);
            membership.HasOne<AppUser>().WithMany().HasForeignKey(row => row.UserId);
        });

        model.Entity<Project>(project =>
        {
            project.HasIndex(row => row.Slug).IsUnique();
            project.HasOne<Organization>().WithMany().HasForeignKey(row => row.OrganizationId);
        });
    }
}
