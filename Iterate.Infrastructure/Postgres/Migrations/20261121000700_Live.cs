using Iterate.Infrastructure.Streams;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Iterate.Infrastructure.Postgres.Migrations;

/// <summary>The unlogged tables of ephemeral frames and presence, which are not entities and so not in the model.</summary>
[DbContext(typeof(IterateDbContext))]
[Migration("20261121000700_Live")]
public sealed class Live : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(LiveSchema.Create);

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(LiveSchema.Drop);
}
