using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Iterate.Infrastructure.Streams;
using Iterate.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Iterate.Bench;

/// <summary>A node without its web host: the log as the product registers it, background services included.</summary>
internal sealed class BenchNode : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ManualLifetime _lifetime = new();

    private BenchNode(string connectionString, Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<IHostApplicationLifetime>(_lifetime)
            .AddPostgres(connectionString)
            .AddStreams()
            .AddOutbox();
        configure(services);
        _services = services.BuildServiceProvider();
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public NpgsqlDataSource DataSource => Get<NpgsqlDataSource>();

    /// <summary>Migrates the database and starts a node over it.</summary>
    public static async Task<BenchNode> StartAsync(
        string connectionString, Action<IServiceCollection> configure, CancellationToken cancellationToken)
    {
        await DatabaseMigrator.MigrateAsync(connectionString, cancellationToken);
        var node = new BenchNode(connectionString, configure);
        foreach (var service in node._services.GetServices<IHostedService>())
        {
            await service.StartAsync(cancellationToken);
        }

        return node;
    }

    public async ValueTask DisposeAsync()
    {
        _lifetime.StopApplication();
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
        _lifetime.Dispose();
    }
}
