using Iterate.Specs.Plugins;
using Iterate.Testing;
using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Iterate.Specs.IterateFixture))]

namespace Iterate.Specs;

/// <summary>What all specs share: one browser, one database, one running server (requirement W-22).</summary>
public sealed class IterateFixture : IAsyncLifetime
{
    private SpecBrowser? _browser;
    private TestDatabase? _database;
    private ServerProcess? _server;

    /// <summary>The browser.</summary>
    public IBrowser Browser => _browser!.Browser;

    /// <summary>The server every spec uses unless it restarts one.</summary>
    public ServerProcess Server => _server!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var browser = SpecBrowser.LaunchAsync(Conditions.Headed);
        _database = await TestDatabase.CreateAsync();
        _server = await StartServerAsync();
        _browser = await browser;
    }

    /// <summary>Starts one more server over the same database, for a spec that restarts or kills it.</summary>
    public Task<ServerProcess> StartServerAsync() => ServerProcess.StartAsync(_database!.ConnectionString);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        IAsyncDisposable?[] owned = [_browser, _server, _database];
        foreach (var resource in owned.OfType<IAsyncDisposable>())
        {
            await resource.DisposeAsync();
        }
    }
}
