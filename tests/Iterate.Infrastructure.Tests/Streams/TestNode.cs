using System.Diagnostics.Metrics;
using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Iterate.Infrastructure.Streams;
using Iterate.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>One node: the event log with its background services over connections of its own.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider _services;
    private readonly ManualLifetime _lifetime = new();
    private IHostedService[] _started = [];

    private TestNode(string connectionString, Action<StreamsOptions> configure, TimeProvider time)
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<IHostApplicationLifetime>(_lifetime)
            .AddSingleton(time)
            .AddPostgres(connectionString)
            .AddStreams()
            .AddOutbox()
            .Configure(configure)
            .BuildServiceProvider();
    }

    public EventLog Log => _services.GetRequiredService<EventLog>();

    public LiveStreams Live => _services.GetRequiredService<LiveStreams>();

    /// <summary>What the node calls itself before the others.</summary>
    public string Name => _services.GetRequiredService<NodeIdentity>().Name;

    /// <summary>Done once the node hears what others say.</summary>
    public Task Listening => _services.GetRequiredService<WakeUpListener>().Listening;

    public FollowerSlots Slots => _services.GetRequiredService<FollowerSlots>();

    public StreamImporter Importer => _services.GetRequiredService<StreamImporter>();

    /// <summary>Where its meters come from, by which they can be told from those of other nodes.</summary>
    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public NpgsqlDataSource DataSource => _services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>A part of the node.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A cancellation that turns a test that would hang into one that fails.</summary>
    public static CancellationToken InTime => new CancellationTokenSource(Patience).Token;

    /// <summary>Starts a node with everything that runs in the background.</summary>
    public static async Task<TestNode> StartAsync(
        string connectionString, Action<StreamsOptions>? configure = null, TimeProvider? time = null)
    {
        var node = Create(connectionString, configure, time);
        node._started = [.. node._services.GetServices<IHostedService>()];
        foreach (var service in node._started)
        {
            await service.StartAsync(CancellationToken.None);
        }

        return node;
    }

    /// <summary>A node that writes and reads but does nothing in the background, as if it had been killed.</summary>
    public static TestNode Create(string connectionString, Action<StreamsOptions>? configure = null, TimeProvider? time = null) =>
        new(connectionString, configure ?? (_ => { }), time ?? TimeProvider.System);

    /// <summary>The service as the guard calls it for a project, on behalf of a person with a role in it.</summary>
    public IStreamsApi In(string projectId, OrganizationRole role = OrganizationRole.Admin) =>
        In(projectId, new Caller { UserId = "usr_test" }, role);

    /// <summary>The same on behalf of somebody.</summary>
    public IStreamsApi In(string projectId, Caller caller, OrganizationRole role = OrganizationRole.Admin)
    {
        CallContext.Current = new(caller, new ProjectScope(projectId, "demo", "org_test"), "org_test", role);
        return _services.GetRequiredService<StreamsService>();
    }

    /// <summary>The outbox as the guard calls it on behalf of an admin of the system.</summary>
    public IOutboxApi Outbox()
    {
        CallContext.Current = new(new() { UserId = "usr_test", IsSystemAdmin = true }, Project: null, OrganizationId: null);
        return _services.GetRequiredService<OutboxService>();
    }

    /// <summary>Tells the node that it is to stop, as a host does.</summary>
    public void BeginStopping() => _lifetime.StopApplication();

    public async ValueTask DisposeAsync()
    {
        _lifetime.StopApplication();
        foreach (var service in _started)
        {
            await service.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
        _lifetime.Dispose();
    }
}
