namespace Iterate.Web.Endpoints;

/// <summary>
/// A node that goes away takes no new circuits and hub connections. A browser that was just sent away comes back at
/// once, before the node has stopped listening, and would hold it until its time is up (requirement S-99).
/// </summary>
internal static class LeavingNode
{
    private static readonly PathString[] Connections = ["/_blazor", "/hubs"];

    /// <summary>Answers 503 to whoever wants to stay while the node is leaving.</summary>
    public static Task SendAwayAsync(HttpContext http, RequestDelegate next)
    {
        var lifetime = http.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        if (!lifetime.ApplicationStopping.IsCancellationRequested
            || !Array.Exists(Connections, path => http.Request.Path.StartsWithSegments(path, StringComparison.Ordinal)))
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = "1";
        http.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    }
}
