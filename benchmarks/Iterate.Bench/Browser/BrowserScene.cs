using System.Diagnostics;
using System.Net.Http.Headers;
using Iterate.Cli.Http;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Iterate.Specs.Plugins;
using Iterate.Testing;
using Microsoft.Playwright;

namespace Iterate.Bench;

/// <summary>The built product as a process of its own, a browser, and a signed-in person with a long and a short stream.</summary>
internal sealed class BrowserScene : IAsyncDisposable
{
    /// <summary>Path of the stream that is long.</summary>
    public const string Long = "/long";

    /// <summary>Path of the stream with 1,000 events.</summary>
    public const string Short = "/short";

    private const int ShortEvents = 1_000;

    private readonly HostProcess _host;
    private readonly LatencyRelay? _relay;
    private readonly HttpClient _http;
    private SpecBrowser? _browser;
    private SignInAsResponse? _signIn;
    private ProjectSummary? _project;

    private BrowserScene(string connectionString, TimeSpan latency)
    {
        _host = new(WebAssembly, connectionString, _ => { });
        _relay = latency > TimeSpan.Zero ? new(_host.Port, latency) : null;
        _http = new() { BaseAddress = _host.Address };
        Streams = HttpApi.Create<IStreamsApi>(_http);
    }

    /// <summary>The contract over HTTP, past the slow line.</summary>
    public IStreamsApi Streams { get; }

    /// <summary>Slug of the project.</summary>
    public string Project => _project!.Slug;

    /// <summary>Resident memory of the server, in MiB.</summary>
    public double ServerMiB
    {
        get
        {
            using var process = Process.GetProcessById(_host.ProcessId);
            return process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>What <c>./bench browser</c> has published.</summary>
    private static string WebAssembly =>
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..", "artifacts", "bench", "app", "Iterate.Web.dll"));

    public static async Task<BrowserScene> SetAsync(BrowserLoad load, string connectionString, CancellationToken cancellationToken)
    {
        await DatabaseMigrator.MigrateAsync(connectionString, cancellationToken);
        var scene = new BrowserScene(connectionString, load.Latency);
        try
        {
            await scene._host.StartAsync();
            scene._browser = await SpecBrowser.LaunchAsync(headed: false);
            await scene.ArrangeAsync(load.Events, cancellationToken);
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>A phone of its own, signed in.</summary>
    public async Task<IBrowserContext> PhoneAsync()
    {
        var address = _relay is null ? _host.Address.AbsoluteUri : $"http://localhost:{_relay.Port}/";
        var context = await _browser!.Browser.NewContextAsync(new() { BaseURL = address, ViewportSize = new() { Width = 375, Height = 812 } });
        await context.AddCookiesAsync([new() { Name = _signIn!.CookieName, Value = _signIn.Secret, Url = address, HttpOnly = true }]);
        return context;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }

        _http.Dispose();
        await _host.DisposeAsync();
    }

    private async Task ArrangeAsync(int events, CancellationToken cancellationToken)
    {
        const string Email = "reader@example.test";
        var testing = HttpApi.Create<ITestingApi>(_http);
        await testing.CreateUserAsync(new(Email, "Reader"), cancellationToken);
        _project = await testing.CreateOrganizationAsync(new("Readers", "bench", Email), cancellationToken);
        _signIn = await testing.SignInAsAsync(new(Email), cancellationToken);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _signIn.Secret);
        await new SampleLog(events).RestoreAsync(Streams, Project, Long, cancellationToken);
        await new SampleLog(ShortEvents).RestoreAsync(Streams, Project, Short, cancellationToken);
    }
}
