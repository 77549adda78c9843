using Iterate.Infrastructure.Streams;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Iterate.Infrastructure.Postgres.Migrations;

/// <summary>The tables of the event log, which are not entities and so not in the model.</summary>
[DbContext(typeof(IterateDbContext))]
[Migration("20261121000200_Streams")]
public sealed class Streams : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(StreamsSchema.Create);

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(StreamsSchema.Drop);
}
