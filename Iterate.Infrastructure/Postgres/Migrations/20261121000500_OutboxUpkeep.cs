using Iterate.Infrastructure.Outbox;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Iterate.Infrastructure.Postgres.Migrations;

/// <summary>Nodes, paused lanes and the indexes that operating durable work needs; not entities and so not in the model.</summary>
[DbContext(typeof(IterateDbContext))]
[Migration("20261121000500_OutboxUpkeep")]
public sealed class OutboxUpkeep : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(OutboxUpkeepSchema.Create);

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(OutboxUpkeepSchema.Drop);
}
