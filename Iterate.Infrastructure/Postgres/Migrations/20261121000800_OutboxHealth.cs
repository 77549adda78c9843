using Iterate.Infrastructure.Outbox;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Iterate.Infrastructure.Postgres.Migrations;

/// <summary>An index and a table by which people are told how the outbox is, which are not entities and so not in the model.</summary>
[DbContext(typeof(IterateDbContext))]
[Migration("20261121000800_OutboxHealth")]
public sealed class OutboxHealth : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(OutboxHealthSchema.Create);

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(OutboxHealthSchema.Drop);
}
