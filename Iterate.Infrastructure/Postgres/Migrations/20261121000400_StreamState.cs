using Iterate.Infrastructure.Streams;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Iterate.Infrastructure.Postgres.Migrations;

/// <summary>The core state of streams beside their heads, and what is left of deleted ones.</summary>
[DbContext(typeof(IterateDbContext))]
[Migration("20261121000400_StreamState")]
public sealed class StreamState : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(StreamsSchema.AddState);

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(StreamsSchema.DropState);
}
