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

    private BenchNode(string connectionString, int? writerLoops)
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<IHostApplicationLifetime>(_lifetime)
            .AddPostgres(connectionString)
            .AddStreams()
            .Configure<StreamsOptions>(options => options.WriterLoops = writerLoops ?? options.WriterLoops)
            .BuildServiceProvider();
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public NpgsqlDataSource DataSource => Get<NpgsqlDataSource>();

    public static async Task<BenchNode> StartAsync(string connectionString, int? writerLoops, CancellationToken cancellationToken)
    {
        await DatabaseMigrator.MigrateAsync(connectionString, cancellationToken);
        var node = new BenchNode(connectionString, writerLoops);
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
