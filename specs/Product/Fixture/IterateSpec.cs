using System.Security.Cryptography;
using Iterate.Domain.Api;
using Iterate.Specs.Plugins;
using Microsoft.Playwright;
using Xunit;

namespace Iterate.Specs;

/// <summary>
/// A person's screen with an organization and a project of its own (requirement W-22). Names are unique and nothing is
/// cleaned up, so every spec runs beside all others.
/// </summary>
public abstract class IterateSpec(IterateFixture fixture) : IAsyncLifetime
{
    private SpecSession? _session;
    private ServerProcess? _server;
    private ApiClient? _api;
    private ProjectSummary? _project;
    private UserSummary? _person;

    /// <summary>The screen. Specs about desktop override it.</summary>
    protected virtual ViewportSize Screen => Viewport.Phone;

    /// <summary>The person is signed in when the spec begins. Specs about signing in override it.</summary>
    protected virtual bool StartsSignedIn => true;

    /// <summary>The screen is that of somebody who may look at the project and nothing else; the contract is still called as its owner.</summary>
    protected virtual bool StartsAsViewer => false;

    /// <summary>The spec restarts or kills its server, so it gets one that nobody else uses.</summary>
    protected virtual bool NeedsOwnServer => false;

    /// <summary>The page, with the plugins around its actions. Paths are relative to the server.</summary>
    protected IPage Page => _session!.Page;

    /// <summary>The server behind the page.</summary>
    protected ServerProcess Server => _server!;

    /// <summary>The contract, called as the person; for what must be there before the first step.</summary>
    protected ApiClient Api => _api!;

    /// <summary>The project.</summary>
    protected ProjectSummary Project => _project!;

    /// <summary>Who sits before the screen: the owner of the organization.</summary>
    protected UserSummary Person => _person!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _server = NeedsOwnServer ? await fixture.StartServerAsync() : fixture.Server;
        var (owner, signIn) = await ArrangeAsync();
        _api = new(Server.DirectAddress, owner.Secret);
        _session = await SpecSession.StartAsync(fixture.Browser, SessionOptions());
        if (StartsSignedIn)
        {
            await _session.Context.AddCookiesAsync(
                [new() { Name = signIn.CookieName, Value = signIn.Secret, Url = Server.Address.AbsoluteUri, HttpOnly = true }]);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
        {
            await _session.DisposeAsync();
        }

        _api?.Dispose();
        if (NeedsOwnServer && _server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Writes the four pictures of the page as it is now (requirement W-28).</summary>
    protected Task CaptureAsync(string name) => Screens.CaptureAsync(Page, name);

    /// <summary>Fails for anything axe finds on the page as it is now (requirement W-29).</summary>
    protected Task CheckAccessibilityAsync() => Accessibility.CheckAsync(Page);

    private async Task<(SignInAsResponse Owner, SignInAsResponse Screen)> ArrangeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var unique = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var email = $"person-{unique}@example.test";
        using var nobody = new ApiClient(Server.DirectAddress, secret: null);
        _person = await nobody.Testing.CreateUserAsync(new(email, $"Person {unique}"), cancellationToken);
        var viewer = $"viewer-{unique}@example.test";
        await nobody.Testing.CreateUserAsync(new(viewer, $"Viewer {unique}"), cancellationToken);
        _project = await nobody.Testing.CreateOrganizationAsync(new($"Organization {unique}", $"project {unique}", email, viewer), cancellationToken);
        var owner = await nobody.Testing.SignInAsAsync(new(email), cancellationToken);
        return (owner, StartsAsViewer ? await nobody.Testing.SignInAsAsync(new(viewer), cancellationToken) : owner);
    }

    private SpecSessionOptions SessionOptions() => new()
    {
        Name = TestContext.Current.Test!.TestDisplayName,
        ArtifactsDirectory = Path.Combine(Repository.Artifacts, TestContext.Current.Test.TestDisplayName),
        Context = new() { ViewportSize = Screen, BaseURL = Server.Address.AbsoluteUri },
        Plugins =
        [
            new FailureArtifacts(Server.Log),
            .. Conditions.CpuThrottle > 1 ? [new CpuThrottle(Conditions.CpuThrottle)] : Array.Empty<ISpecPlugin>(),
            .. StandardPlugins.Create(),
        ],
    };
}
