using Iterate.Infrastructure.Streams;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Iterate.Infrastructure.Postgres.Migrations;

/// <summary>The table of imports, which are not entities and so not in the model.</summary>
[DbContext(typeof(IterateDbContext))]
[Migration("20261121000600_StreamImports")]
public sealed class StreamImports : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(ImportsSchema.Create);

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(ImportsSchema.Drop);
}
