using Iterate.Domain.Api;

namespace Iterate.Web.Endpoints;

/// <summary>
/// What a refused page turns into: whoever is not signed in goes to the sign-in page and comes back, and what is not
/// there or not visible is the same 404 page (requirements ).
/// </summary>
internal sealed class PageRefusals(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (ApiException refusal) when (IsPage(http) && refusal.Code == ErrorCodes.Unauthenticated)
        {
            http.Response.Redirect($"/login?returnUrl={Uri.EscapeDataString(http.Request.Path + http.Request.QueryString)}");
        }
        catch (ApiException refusal) when (IsPage(http) && refusal.Status is StatusCodes.Status404NotFound or StatusCodes.Status400BadRequest)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private static bool IsPage(HttpContext http) =>
        !http.Response.HasStarted && !http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal);
}
