using System.Globalization;
using System.Runtime.InteropServices;
using Iterate.Infrastructure.Accounts;
using Iterate.Infrastructure.Postgres;

namespace Iterate.Web;

/// <summary>One run of the product: database up, host up, link printed, serve, stop both.</summary>
internal static class IterateHost
{
    /// <summary>Runs until the process is told to stop.</summary>
    /// <exception cref="StartupException">Something outside is missing or taken; the message says what to do.</exception>
    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var settings = HostSettings.Read(args, builder.Configuration);

        using var directory = DataDirectory.Open(settings.DataDirectory);
        await using var database = await StartDatabaseAsync(builder.Configuration.GetConnectionString("Iterate"), directory);

        builder.AddIterate(settings, directory, database.ConnectionString);
        await using var app = builder.Build();
        app.UseIterate();

        await app.StartAsync();
        var owner = app.Services.GetRequiredService<LocalOwner>();
        var ownerId = await owner.EnsureAsync(CancellationToken.None);
        await owner.EnsureTokenFileAsync(ownerId, directory.LocalTokenFile, CancellationToken.None);
        await AnnounceAsync(app, settings, directory, ownerId);
        await app.WaitForShutdownAsync();
    }

    /// <summary>The host listens to signals only once it runs; until then somebody has to, or the cluster stays behind.</summary>
    private static async Task<IterateDatabase> StartDatabaseAsync(string? external, DataDirectory directory)
    {
        using var giveUp = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        return await IterateDatabase.StartAsync(external, directory, Console.Out.WriteLine, giveUp.Token);

        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = true;
            giveUp.Cancel();
        }
    }

    /// <summary>Prints the one line that a person needs, and leaves the address for the CLI on this host.</summary>
    private static async Task AnnounceAsync(WebApplication app, HostSettings settings, DataDirectory directory, string ownerId)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{settings.Port}");
        await File.WriteAllTextAsync(directory.LocalUrlFile, url, CancellationToken.None);
        var token = await app.Services.GetRequiredService<SignInLinks>().CreateAsync(ownerId, CancellationToken.None);
        Console.Out.WriteLine($"iterate is ready: {url}/login/link#{token}");
    }
}
