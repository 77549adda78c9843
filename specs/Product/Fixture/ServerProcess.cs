using System.Globalization;
using Iterate.Testing;

namespace Iterate.Specs;

/// <summary>
/// The built product, running as a process of its own in environment Test on a port that stays the same over restarts.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly string _connectionString;
    private readonly HostProcess _host;
    private readonly LatencyRelay? _relay;

    private ServerProcess(string connectionString, TimeSpan latency)
    {
        _connectionString = connectionString;
        _host = new(Repository.WebAssembly, connectionString, Log.Add);
        _relay = latency > TimeSpan.Zero ? new(_host.Port, latency) : null;
        Address = _relay is null ? DirectAddress : new(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{_relay.Port}/"));
        SignInLink = Address;
    }

    /// <summary>What browsers open; with <c>E2E_NET_LATENCY_MS</c> it lies behind a slow line.</summary>
    public Uri Address { get; }

    /// <summary>The server itself, for arranging a scene without that line.</summary>
    public Uri DirectAddress => _host.Address;

    /// <summary>The link that the newest start printed: signs the local owner in, once.</summary>
    public Uri SignInLink { get; private set; }

    /// <summary>What it wrote, over all restarts.</summary>
    public ServerLog Log { get; } = new();

    /// <summary>Starts a server over a migrated database and waits until it says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time; the message holds its log.</exception>
    public static async Task<ServerProcess> StartAsync(string connectionString)
    {
        var server = new ServerProcess(connectionString, Conditions.NetworkLatency);
        try
        {
            await server.LaunchAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts another node on the same database.</summary>
    public Task<ServerProcess> StartBesideAsync() => StartAsync(_connectionString);

    /// <summary>Stops the server as an operator would, if it runs, and starts it again on the same port.</summary>
    public async Task RestartAsync()
    {
        await WithLogAsync(_host.StopAsync);
        await LaunchAsync();
    }

    /// <summary>Ends the server at once, as a crash does.</summary>
    public Task KillAsync() => _host.KillAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await WithLogAsync(async () => await _host.DisposeAsync());
        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }
    }

    private Task LaunchAsync() => WithLogAsync(async () =>
    {
        var link = await _host.StartAsync();
        SignInLink = new(Address, link.AbsolutePath + link.Fragment);
    });

    private async Task WithLogAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (InvalidOperationException failure)
        {
            throw new InvalidOperationException(
                $"{failure.Message} Its log:{Environment.NewLine}{string.Join(Environment.NewLine, Log.Since(0))}", failure);
        }
    }
}
