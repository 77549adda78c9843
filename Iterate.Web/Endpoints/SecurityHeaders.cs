namespace Iterate.Web.Endpoints;

/// <summary>
/// What a browser is told not to do with our answers: guess their type, show them in another site's frame, tell other
/// sites our addresses.
/// </summary>
internal static class SecurityHeaders
{
    private const string ContentPolicy = "base-uri 'self'; object-src 'none'; form-action 'self'; frame-ancestors ";

    /// <summary>Added last, so that answers to faults carry them too and the policy is this one.</summary>
    public static Task AddAsync(HttpContext http, RequestDelegate next)
    {
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.ContentSecurityPolicy = ContentPolicy + (IsPaneOfSplitView(http.Request.Path) ? "'self'" : "'none'");

            // Not no-referrer: that would also take the Origin from form posts, which have to prove it.
            headers["Referrer-Policy"] = "same-origin";
            return Task.CompletedTask;
        });
        return next(http);
    }

    /// <summary>The page of a stream is the one page that another of ours shows in a frame (requirement S-187).</summary>
    private static bool IsPaneOfSplitView(PathString path) =>
        path.StartsWithSegments("/proj", StringComparison.Ordinal, out var rest) && rest.Value!.Contains("/streams/", StringComparison.Ordinal);
}
