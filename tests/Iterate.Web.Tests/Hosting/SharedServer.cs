using Iterate.Web.Tests.Hosting;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Iterate.Web.Tests.Hosting;

/// <summary>One server for every test that neither stops nor changes it; each test brings its own people.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private IterateServer? _server;

    public IterateServer Server => _server ?? throw new InvalidOperationException("The fixture has not been initialized.");

    public async ValueTask InitializeAsync() => _server = await IterateServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
