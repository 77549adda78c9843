using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Iterate.Infrastructure.Postgres;

/// <summary>Brings a database to the schema of this build before anything is served (requirement A-61).</summary>
public static class DatabaseMigrator
{
    /// <summary>Held while migrating, so that hosts starting together do it one after the other.</summary>
    private const long AdvisoryLock = 0x6974_6572_6174_65; // "iterate" in ASCII

    /// <summary>Applies what is missing.</summary>
    /// <exception cref="StartupException">
    /// <c>schema-newer</c>: a later build has migrated this database; or the database cannot be reached.
    /// </exception>
    public static async Task MigrateAsync(string connectionString, CancellationToken cancellationToken)
    {
        // No pool: the lock ends with the connection, and a template database must have no connections left.
        var address = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = await ConnectAsync(address, cancellationToken);
        await using var @lock = new NpgsqlCommand($"select pg_advisory_lock({AdvisoryLock})", connection);
        await @lock.ExecuteNonQueryAsync(cancellationToken);

        await using var context = new IterateDbContext(new DbContextOptionsBuilder<IterateDbContext>().UseNpgsql(address.ConnectionString).Options);
        var applied = await context.Database.GetAppliedMigrationsAsync(cancellationToken);
        if (applied.Except(context.Database.GetMigrations(), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new StartupException($"schema-newer: the database has the migration {unknown}, which this build does not know; start a newer build.");
        }

        await context.Database.MigrateAsync(cancellationToken);
    }

    private static async Task<NpgsqlConnection> ConnectAsync(NpgsqlConnectionStringBuilder address, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(address.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (NpgsqlException exception)
        {
            await connection.DisposeAsync();
            throw new StartupException($"PostgreSQL at {address.Host}:{address.Port} does not accept us: {exception.Message}", exception);
        }
    }
}
