using Iterate.Domain.Api;
using Iterate.Web.Client.Layout;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iterate.Web.Endpoints;

/// <summary>
/// What a refused page turns into: whoever is not signed in goes to the sign-in page and comes back, what is not there
/// or not visible is the same 404 page (requirements ), and the rest is a page that says what happened.
/// </summary>
internal static class PageRefusals
{
    public static Task AnswerAsync(HttpContext http, ApiException refusal)
    {
        var address = http.Request.Path + http.Request.QueryString;
        switch (refusal.Status)
        {
            case StatusCodes.Status401Unauthorized:
                http.Response.Redirect($"/login?returnUrl={Uri.EscapeDataString(address)}");
                return Task.CompletedTask;
            case StatusCodes.Status400BadRequest or StatusCodes.Status404NotFound:
                // The empty answer becomes the 404 page further out, like that of an address without a page.
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            default:
                // Drawn here and not at an address of its own: what failed, such as the database, would fail there again.
                var page = new RefusedPage.Model(refusal, Faults.TraceIdOf(http), HttpMethods.IsGet(http.Request.Method) ? address : null);
                return new RazorComponentResult<App>(new { Refused = page }) { StatusCode = refusal.Status }.ExecuteAsync(http);
        }
    }

    /// <summary>Pages for developers are no pages elsewhere.</summary>
    public static Task HideDevelopmentPagesAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<DevelopmentOnlyAttribute>() is not null
            && !http.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            http.SetEndpoint(null);
        }

        return next(http);
    }
}
