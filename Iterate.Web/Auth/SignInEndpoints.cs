using Iterate.Domain.Api;
using Iterate.Infrastructure.Accounts;

namespace Iterate.Web.Auth;

/// <summary>Signing in and out: plain form posts, because they set a cookie (requirement A-20).</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        // A page answers posts to its own address too; these come first.
        var forms = routes.MapGroup("/login").WithOrder(-1).DisableAntiforgery().ExcludeFromDescription();
        forms.MapPost("/link", ConsumeLinkAsync);
        forms.MapPost("/sign-out", SignOutAsync);
    }

    /// <summary>Only this post consumes the link; opening the page does not, so that link previews cannot burn it.</summary>
    private static async Task<IResult> ConsumeLinkAsync(HttpContext http, SignInLinks links)
    {
        if (!http.Request.HasFormContentType)
        {
            throw ApiException.InvalidInput("Content-Type", "must be that of a form");
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        try
        {
            BrowserSession.SetCookie(http, await links.ConsumeAsync(form["token"].ToString(), http.RequestAborted));
            return Results.LocalRedirect("/");
        }
        catch (ApiException refusal)
        {
            return Results.LocalRedirect($"/login?error={Uri.EscapeDataString(refusal.Code)}");
        }
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, SessionStore sessions)
    {
        if (CallerClaims.Read(http.User).SessionId is { } sessionId)
        {
            await sessions.RevokeAsync(sessionId, http.RequestAborted);
        }

        BrowserSession.ClearCookie(http);
        return Results.LocalRedirect("/login");
    }
}
