using System.Globalization;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Testing;

/// <summary>
/// The PostgreSQL of this test process, started by whoever asks first: a cluster of its own in a temporary folder,
/// with one migrated database that every test's database is cloned from.
/// </summary>
public sealed class TestCluster
{
    private const string Migrated = "iterate";
    private const string Empty = "template1";
    private static readonly Lazy<Task<TestCluster>> Shared = new(StartAsync);

    private readonly string _connectionString;
    private int _databases;

    private TestCluster(string connectionString) => _connectionString = connectionString;

    /// <summary>The one cluster; it goes with the process, even when that is killed.</summary>
    public static Task<TestCluster> SharedAsync() => Shared.Value;

    /// <summary>Clones the migrated database and answers how to connect to the clone.</summary>
    public Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default) => CloneAsync(Migrated, cancellationToken);

    /// <summary>Creates a database without any schema.</summary>
    public Task<string> CreateEmptyDatabaseAsync(CancellationToken cancellationToken = default) => CloneAsync(Empty, cancellationToken);

    /// <summary>Drops a clone and throws out who is still connected.</summary>
    public Task DropDatabaseAsync(string connectionString) =>
        ExecuteAsync($"drop database {new NpgsqlConnectionStringBuilder(connectionString).Database} with (force)", CancellationToken.None);

    private static async Task<TestCluster> StartAsync()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"iterate-tests-{Environment.ProcessId}-{Path.GetRandomFileName()}");
        Reaper.Watch(folder);
        var postgres = await EmbeddedPostgres.StartAsync(new(folder, Throwaway: true), CancellationToken.None);
        await DatabaseMigrator.MigrateAsync(postgres.ConnectionString, CancellationToken.None);
        return new(postgres.ConnectionString);
    }

    private async Task<string> CloneAsync(string template, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync($"create database {name} template {template}", cancellationToken);
        return new NpgsqlConnectionStringBuilder(_connectionString) { Database = name }.ConnectionString;
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        var maintenance = new NpgsqlConnectionStringBuilder(_connectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(maintenance.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
