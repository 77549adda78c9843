using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Iterate.Testing;

/// <summary>A migrated, empty database of one test or test class; dropped when disposed.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly TestCluster _cluster;
    private readonly ServiceProvider _services;

    private TestDatabase(TestCluster cluster, string connectionString, TimeProvider time)
    {
        _cluster = cluster;
        ConnectionString = connectionString;
        _services = new ServiceCollection().AddSingleton(time).AddPostgres(connectionString).BuildServiceProvider();
    }

    /// <summary>How another process connects.</summary>
    public string ConnectionString { get; }

    /// <summary>Connections of this process.</summary>
    public NpgsqlDataSource DataSource => _services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Entities.</summary>
    public IDbContextFactory<IterateDbContext> Contexts => _services.GetRequiredService<IDbContextFactory<IterateDbContext>>();

    /// <summary>Clones the migrated database of this process's cluster.</summary>
    public static Task<TestDatabase> CreateAsync() => CreateAsync(TimeProvider.System);

    /// <summary>The same, with rows stamped by <paramref name="time"/>.</summary>
    public static async Task<TestDatabase> CreateAsync(TimeProvider time)
    {
        var cluster = await TestCluster.SharedAsync();
        return new(cluster, await cluster.CreateDatabaseAsync(), time);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _cluster.DropDatabaseAsync(ConnectionString);
    }
}
