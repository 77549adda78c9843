using Xunit;

[assembly: AssemblyFixture(typeof(Iterate.Specs.Plugins.Specs.BrowserFixture))]

namespace Iterate.Specs.Plugins.Specs;

/// <summary>One browser and one site for the whole assembly.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private SpecBrowser? _browser;

    // Specs look for the colours of advice.
    public BrowserFixture() => Environment.SetEnvironmentVariable("NO_COLOR", null);

    public TestSite Site { get; } = new();

    public string Artifacts { get; } = Directory.CreateTempSubdirectory("plugin-specs-").FullName;

    public async ValueTask InitializeAsync() => _browser = await SpecBrowser.LaunchAsync(headed: false);

    /// <summary>Opens a page with the standard plugins; its function <c>begin</c> runs with the first action.</summary>
    public Task<SpecSession> OpenAsync(string body) => OpenAsync(body, [new SceneStarter(), .. StandardPlugins.Create()], actionTimeout: 1_000);

    /// <summary>Opens a page with plugins of one's own, for specs that are not about time.</summary>
    public Task<SpecSession> OpenAsync(string body, IReadOnlyList<ISpecPlugin> plugins) => OpenAsync(body, plugins, actionTimeout: 5_000);

    private async Task<SpecSession> OpenAsync(string body, IReadOnlyList<ISpecPlugin> plugins, float actionTimeout)
    {
        var session = await SpecSession.StartAsync(_browser!.Browser, new()
        {
            Name = TestContext.Current.Test!.TestDisplayName,
            ArtifactsDirectory = Artifacts,
            Plugins = plugins,
            ActionTimeout = actionTimeout,
        });
        await session.Page.GotoAsync(Site.Serve(body));
        return session;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser!.DisposeAsync();
        await Site.DisposeAsync();
        Directory.Delete(Artifacts, recursive: true);
    }
}
