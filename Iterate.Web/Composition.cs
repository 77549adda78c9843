using Iterate.Domain.Api;
using Iterate.Infrastructure.Accounts;
using Iterate.Infrastructure.Api;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Iterate.Infrastructure.Streams;
using Iterate.Infrastructure.Testing;
using Iterate.Web.Auth;
using Iterate.Web.Client.State;
using Iterate.Web.Endpoints;
using Iterate.Web.Hubs;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Connections;

namespace Iterate.Web;

/// <summary>What the host is made of: services, then the pipeline in the order a request passes it.</summary>
internal static class Composition
{
    private const long MaxBodyBytes = 9 * 1024 * 1024;

    // Follows and circuits end by themselves at once. This is for handlers of outbox jobs, which get 20 s, and for
    // writing how they ended (requirement O-29).
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);

    public static void AddIterate(this WebApplicationBuilder builder, HostSettings settings, DataDirectory directory, string connectionString)
    {
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(settings.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });

        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        services.AddSingleton(TimeProvider.System);
        services.AddPostgres(connectionString);
        services.AddStreams();
        services.AddOutbox();
        services.AddAccounts();
        services.AddState();
        services.AddApi<IStreamsApi, StreamsService>();
        services.AddApi<IOutboxApi, OutboxService>();
        if (builder.Environment.HasTestingGroup())
        {
            services.AddTesting();
        }

        AddFaces(services);
        AddSignIn(services, directory);
    }

    public static void UseIterate(this WebApplication app)
    {
        app.Use(SecurityHeaders.AddAsync);
        app.Use(LeavingNode.SendAwayAsync);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);

        // A scope of its own, because a page that broke half-way has used up what draws pages in the first one.
        app.UseExceptionHandler(new ExceptionHandlerOptions { CreateScopeForErrors = true, SuppressDiagnosticsCallback = _ => true });
        app.Use(ApiEndpoints.ExplainUnroutedAsync);
        app.UseRouting();
        app.Use(PageRefusals.HideDevelopmentPagesAsync);
        app.UseAuthentication();
        app.Use(SameOrigin.RequireAsync);
        app.Use(SignInCallerAsync);
        app.UseAntiforgery();

        app.MapStaticAssets();
        app.MapApi(app.Environment);
        app.MapOpenApi("/api/openapi.json");
        app.MapHub<StreamsHub>("/hubs/streams", hub =>
        {
            hub.Transports = HttpTransportType.WebSockets;
            hub.TransportSendTimeout = ServerSentEvents.WriteTimeout;
        });
        app.MapSignIn();
        app.MapHome();
        app.MapGet("/health/live", () => Results.Text("ok")).ExcludeFromDescription();
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode()
            .AddAdditionalAssemblies(typeof(Client._Imports).Assembly);
    }

    private static void AddFaces(IServiceCollection services)
    {
        services.AddExceptionHandler<Faults>();
        services.AddProblemDetails();
        services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions));
        services.AddOpenApi(ApiDocument.Configure);
        services.AddSignalR().AddJsonProtocol(json => ApiJson.Apply(json.PayloadSerializerOptions));
        services.AddRazorComponents().AddInteractiveServerComponents();
    }

    private static void AddSignIn(IServiceCollection services, DataDirectory directory)
    {
        services.AddDataProtection().SetApplicationName("iterate").PersistKeysToFileSystem(directory.Folder("keys"));
        services.AddAuthentication(SessionAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, configureOptions: null);
        services.AddScoped<CallerSource>();
        services.AddScoped<ICallerSource>(provider => provider.GetRequiredService<CallerSource>());
        services.AddScoped<CircuitHandler, CircuitCaller>();
    }

    // What the command line calls itself (Iterate.Cli, ServerConnection).
    private static CallSurface SurfaceOf(HttpRequest request) =>
        request.Headers.UserAgent.ToString().StartsWith("iterate-cli", StringComparison.Ordinal) ? CallSurface.Cli : CallSurface.Http;

    private static Task SignInCallerAsync(HttpContext http, RequestDelegate next)
    {
        http.RequestServices.GetRequiredService<CallerSource>().SignIn(http.User, SurfaceOf(http.Request));
        return next(http);
    }
}
