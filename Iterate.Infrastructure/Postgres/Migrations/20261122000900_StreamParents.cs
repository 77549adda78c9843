using Iterate.Infrastructure.Streams;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Iterate.Infrastructure.Postgres.Migrations;

/// <summary>What the planner is told of the parents of streams.</summary>
[DbContext(typeof(IterateDbContext))]
[Migration("20261122000900_StreamParents")]
public sealed class StreamParents : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(StreamsSchema.AssumeManyParents);

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(StreamsSchema.MeasureParents);
}
