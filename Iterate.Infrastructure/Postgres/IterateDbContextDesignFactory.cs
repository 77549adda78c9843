using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Iterate.Infrastructure.Postgres;

/// <summary>Lets dotnet-ef scaffold migrations without a host or a database.</summary>
internal sealed class IterateDbContextDesignFactory : IDesignTimeDbContextFactory<IterateDbContext>
{
    public IterateDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<IterateDbContext>().UseNpgsql().Options);
}
