using System.Collections.Concurrent;
using Iterate.Domain.Api;
using Iterate.Testing;
using Iterate.Web.Tests.Hosting;

namespace Iterate.Web.Tests.Nodes;

/// <summary>The built host as a process, as many of them as a test wants on one database.</summary>
internal sealed class BuiltHost : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _log = new();

    private BuiltHost(string assembly, string connectionString) => Process = new(assembly, connectionString, _log.Enqueue);

    public HostProcess Process { get; }

    public Uri Url => Process.Address;

    public static Task<BuiltHost> StartAsync(string connectionString) => StartAsync(Find("Iterate.Web"), connectionString);

    /// <summary>The build after this one, which has a consumer more; its project has to be built with the tests.</summary>
    public static Task<BuiltHost> StartNextBuildAsync(string connectionString) =>
        StartAsync(Find(Path.Combine("tests", "Iterate.NextBuild")), connectionString);

    public async Task StartAsync()
    {
        try
        {
            await Process.StartAsync();
        }
        catch (InvalidOperationException failure)
        {
            throw new InvalidOperationException($"{failure.Message}{Environment.NewLine}{string.Join(Environment.NewLine, _log)}", failure);
        }
    }

    /// <summary>Somebody with a project, and a client that calls as them.</summary>
    public async Task<(string Project, string Secret)> PersonAsync(string name)
    {
        using var nobody = Client(secret: null);
        var email = $"{name}@example.test";
        await nobody.CallAsync<UserSummary>("testing/create-user", new { email, name });
        var project = await nobody.CallAsync<ProjectSummary>(
            "testing/create-organization", new { name = $"Organization of {name}", project = $"Project of {name}", ownerEmail = email });
        var signIn = await nobody.CallAsync<SignInAsResponse>("testing/sign-in-as", new { email });
        return (project.Slug, signIn.Secret);
    }

    public HttpClient Client(string? secret)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = Url };
        client.DefaultRequestHeaders.Authorization = secret is null ? null : new("Bearer", secret);
        return client;
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static async Task<BuiltHost> StartAsync(string assembly, string connectionString)
    {
        var host = new BuiltHost(assembly, connectionString);
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>The program of a project, in the configuration of the tests.</summary>
    private static string Find(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var root = output;
        while (!File.Exists(Path.Combine(root.FullName, "Iterate.sln")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Iterate.sln.");
        }

        return Path.Combine(root.FullName, project, "bin", output.Parent!.Name, output.Name, $"{Path.GetFileName(project)}.dll");
    }
}
