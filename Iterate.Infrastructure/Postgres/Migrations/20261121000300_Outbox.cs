using Iterate.Infrastructure.Outbox;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Iterate.Infrastructure.Postgres.Migrations;

/// <summary>The tables of durable work, which are not entities and so not in the model.</summary>
[DbContext(typeof(IterateDbContext))]
[Migration("20261121000300_Outbox")]
public sealed class Outbox : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(OutboxSchema.Create);

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(OutboxSchema.Drop);
}
