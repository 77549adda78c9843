using System.Collections.Concurrent;
using Iterate.Specs.Plugins;
using Iterate.Testing;
using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Iterate.Specs.IterateFixture))]

namespace Iterate.Specs;

/// <summary>What all specs share: one browser, one database cluster, one running server (requirement W-22).</summary>
public sealed class IterateFixture : IAsyncLifetime
{
    private readonly ConcurrentBag<TestDatabase> _databases = [];
    private SpecBrowser? _browser;
    private ServerProcess? _server;

    /// <summary>The browser.</summary>
    public IBrowser Browser => _browser!.Browser;

    /// <summary>The server every spec uses unless it restarts one.</summary>
    public ServerProcess Server => _server!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var browser = SpecBrowser.LaunchAsync(Conditions.Headed);
        _server = await StartServerAsync();
        _browser = await browser;
    }

    /// <summary>
    /// Starts a server, for a spec that restarts or kills it. It has a database of its own: with each start the link of
    /// the start before dies, and that must not be another spec's.
    /// </summary>
    public async Task<ServerProcess> StartServerAsync()
    {
        var database = await TestDatabase.CreateAsync();
        _databases.Add(database);
        return await ServerProcess.StartAsync(database.ConnectionString);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await WriteServerLogAsync();
        IAsyncDisposable?[] owned = [_browser, _server, .. _databases];
        foreach (var resource in owned.OfType<IAsyncDisposable>())
        {
            await resource.DisposeAsync();
        }
    }

    /// <summary>A server that ended between two specs is in no spec's own log.</summary>
    private async Task WriteServerLogAsync()
    {
        Directory.CreateDirectory(Repository.Artifacts);
        await File.WriteAllLinesAsync(Path.Combine(Repository.Artifacts, "server.log"), Server.Log.Since(0));
    }
}
