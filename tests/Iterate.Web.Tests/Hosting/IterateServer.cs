using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Accounts;
using Iterate.Infrastructure.Postgres;
using Iterate.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Iterate.Web.Tests.Hosting;

/// <summary>The product as <c>./run</c> composes it, on a loopback port and a database of its own, inside the test.</summary>
public sealed class IterateServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestDatabase _database;
    private readonly DataDirectory _directory;
    private int _people;

    private IterateServer(WebApplication app, TestDatabase database, DataDirectory directory, Uri url, RecordedLog log)
    {
        (_app, _database, _directory) = (app, database, directory);
        (Url, Log) = (url, log);
    }

    /// <summary>Where it listens; ends in a slash.</summary>
    public Uri Url { get; }

    /// <summary>The origin of its pages.</summary>
    public string Origin => Url.GetLeftPart(UriPartial.Authority);

    /// <summary>Errors it logged.</summary>
    public RecordedLog Log { get; }

    /// <summary>Its services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Id of the local owner, who has the project <c>demo</c>.</summary>
    public string OwnerId { get; private set; } = "";

    /// <summary>Starts one, with services replaced by <paramref name="replace"/>.</summary>
    public static async Task<IterateServer> StartAsync(string environment = "Test", Action<IServiceCollection>? replace = null)
    {
        var database = await TestDatabase.CreateAsync();
        var directory = DataDirectory.Open(Directory.CreateTempSubdirectory("iterate-web-").FullName);
        var port = FreePort();
        var log = new RecordedLog();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = environment,
            ApplicationName = "Iterate.Web",
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.ClearProviders().AddProvider(log);
        builder.AddIterate(new(port, directory.Path), directory, database.ConnectionString);
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseIterate();
        await app.StartAsync();
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}/"));
        var server = new IterateServer(app, database, directory, url, log);
        server.OwnerId = await app.Services.GetRequiredService<LocalOwner>().EnsureAsync(CancellationToken.None);
        return server;
    }

    /// <summary>Asks it to stop, as a signal would, and answers how long that took.</summary>
    public async Task<TimeSpan> StopAsync()
    {
        var since = Stopwatch.GetTimestamp();
        await _app.StopAsync();
        return Stopwatch.GetElapsedTime(since);
    }

    /// <summary>A session of the local owner.</summary>
    public Task<NewSession> OwnerSessionAsync() => SessionAsync(OwnerId);

    /// <summary>Somebody new, with an organization and a project of their own.</summary>
    public async Task<Person> PersonAsync()
    {
        var number = Interlocked.Increment(ref _people).ToString(CultureInfo.InvariantCulture);
        using var client = Client();
        var user = await client.CallAsync<UserSummary>("testing/create-user", new { email = $"person{number}@example.test", name = $"Person {number}" });
        var project = await client.CallAsync<ProjectSummary>(
            "testing/create-organization", new { name = $"Organization {number}", project = $"project {number}", ownerEmail = user.Email });
        return new(user, project, await SessionAsync(user.UserId));
    }

    /// <summary>A client that follows no redirect and keeps no cookie.</summary>
    public HttpClient Client(string? bearer = null, string? cookie = null, string? origin = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = Url };
        Add("Authorization", bearer is null ? null : $"Bearer {bearer}");
        Add("Cookie", cookie is null ? null : $"{SessionCookie.PlainName}={cookie}");
        Add("Origin", origin);
        return client;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                client.DefaultRequestHeaders.Add(name, value);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _directory.Dispose();
        Directory.Delete(_directory.Path, recursive: true);
        await _database.DisposeAsync();
    }

    private Task<NewSession> SessionAsync(string userId) =>
        Services.GetRequiredService<SessionStore>().CreateAsync(userId, SessionKind.Browser, label: null, CancellationToken.None);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>Somebody with a session.</summary>
public sealed record Person(UserSummary User, ProjectSummary Project, NewSession Session)
{
    /// <summary>Slug of their project.</summary>
    public string Slug => Project.Slug;

    /// <summary>Value of their cookie or bearer token.</summary>
    public string Secret => Session.Secret;
}
