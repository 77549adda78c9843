using System.Reflection;
using Iterate.Domain.Api;

namespace Iterate.Web.Endpoints;

/// <summary>
/// The HTTP face of the contract: <c>POST /api/{group}/{method}</c> for every method, GET beside it for what only
/// reads, SSE for what is live, a file for a download. Nothing here knows a single method by name.
/// </summary>
public static class ApiEndpoints
{
    private static readonly MethodInfo MapCallMethod =
        typeof(ApiEndpoints).GetMethod(nameof(MapCall), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static readonly MethodInfo MapLiveMethod =
        typeof(ApiEndpoints).GetMethod(nameof(MapLive), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static readonly MethodInfo MapDownloadMethod =
        typeof(ApiEndpoints).GetMethod(nameof(MapDownload), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Maps every method of every group that exists in this environment.</summary>
    public static void MapApi(this IEndpointRouteBuilder routes, IHostEnvironment environment)
    {
        foreach (var group in ApiContract.Groups.Where(group => !group.DevelopmentOnly || environment.HasTestingGroup()))
        {
            foreach (var method in group.Methods)
            {
                var map = method.DownloadType is not null ? MapDownloadMethod.MakeGenericMethod(method.Contract, method.RequestType)
                    : (method.IsLive ? MapLiveMethod : MapCallMethod).MakeGenericMethod(method.Contract, method.RequestType, method.ResponseType);
                map.Invoke(null, [routes, method]);
            }
        }
    }

    /// <summary>Says as problem what routing refused without a word: an unknown method, GET for one that writes, a body that is not JSON.</summary>
    /// <exception cref="ApiException"><c>not-found</c>, <c>invalid-input</c>.</exception>
    public static async Task ExplainUnroutedAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Response is not { HasStarted: false, ContentType: null } || !http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            return;
        }

        throw http.Response.StatusCode switch
        {
            StatusCodes.Status415UnsupportedMediaType => ApiRequests.NotJson(),
            StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed => ApiException.NotFound(),
            var status => new InvalidOperationException($"An API call was answered with {status} and nothing else."),
        };
    }

    /// <summary>The testing group exists in Development and Test only (spec README, Testing).</summary>
    public static bool HasTestingGroup(this IHostEnvironment environment) =>
        environment.IsDevelopment() || environment.IsEnvironment("Test");

    private static void MapCall<TContract, TRequest, TResponse>(IEndpointRouteBuilder routes, ApiMethod method)
        where TContract : notnull
        where TRequest : class
    {
        var call = method.Info.CreateDelegate<Func<TContract, TRequest, CancellationToken, Task<TResponse>>>();
        Map<TRequest>(routes, method, typeof(TResponse), "application/json", async (http, request) =>
        {
            var response = await call(http.RequestServices.GetRequiredService<TContract>(), request, http.RequestAborted);
            await http.Response.WriteAsJsonAsync(response, ApiJson.Options, http.RequestAborted);
        });
    }

    private static void MapLive<TContract, TRequest, TItem>(IEndpointRouteBuilder routes, ApiMethod method)
        where TContract : notnull
        where TRequest : class
    {
        var call = method.Info.CreateDelegate<Func<TContract, TRequest, CancellationToken, IAsyncEnumerable<TItem>>>();
        Map<TRequest>(routes, method, typeof(TItem), "text/event-stream", (http, request) =>
        {
            if (http.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } lastEventId] && request is IResumable resumable)
            {
                request = (TRequest)resumable.ResumeAfter(lastEventId);
            }

            var api = http.RequestServices.GetRequiredService<TContract>();
            return ServerSentEvents.WriteAsync(http, ending => call(api, request, ending));
        });
    }

    private static void MapDownload<TContract, TRequest>(IEndpointRouteBuilder routes, ApiMethod method)
        where TContract : notnull
        where TRequest : class
    {
        var call = method.Info.CreateDelegate<Func<TContract, TRequest, CancellationToken, IAsyncEnumerable<FilePart>>>();
        Map<TRequest>(routes, method, typeof(Stream), method.DownloadType!, (http, request) =>
        {
            var api = http.RequestServices.GetRequiredService<TContract>();
            return Downloads.WriteAsync(http, ending => call(api, request, ending));
        });
    }

    private static void Map<TRequest>(
        IEndpointRouteBuilder routes, ApiMethod method, Type response, string contentType, Func<HttpContext, TRequest, Task> answer)
        where TRequest : class
    {
        var pattern = $"/api/{method.Group}/{method.Name}";
        Func<HttpContext, Task> post = async http => await answer(http, await ApiRequests.ReadBodyAsync<TRequest>(http));
        Func<HttpContext, Task> get = http => answer(http, ApiRequests.ReadQuery<TRequest>(http.Request.Query));

        // As a Delegate, because the framework describes only handlers whose method it sees.
        Describe(routes.MapPost(pattern, (Delegate)post)).Accepts<TRequest>("application/json");
        if (method.IsReadOnly)
        {
            Describe(routes.MapGet(pattern, (Delegate)get));
        }

        RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint) => endpoint
            .WithMetadata(method)
            .WithTags(method.Group)
            .Produces(StatusCodes.Status200OK, response, contentType)
            .ProducesProblem(StatusCodes.Status400BadRequest);
    }
}
