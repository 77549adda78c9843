using Iterate.Infrastructure.Accounts;

namespace Iterate.Web.Auth;

/// <summary>The login session of a browser, as the cookie that carries it (requirement A-19).</summary>
internal static class BrowserSession
{
    /// <summary>Name of the cookie: bound to the host under https, plain on loopback.</summary>
    public static string CookieName(HttpRequest request) => request.IsHttps ? SessionCookie.SecureName : SessionCookie.PlainName;

    public static void SetCookie(HttpContext http, NewSession session) =>
        http.Response.Cookies.Append(CookieName(http.Request), session.Secret, Attributes(http, session.EndsAt));

    public static void ClearCookie(HttpContext http) =>
        http.Response.Cookies.Delete(CookieName(http.Request), Attributes(http, endsAt: null));

    private static CookieOptions Attributes(HttpContext http, DateTimeOffset? endsAt) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        Path = "/",
        Expires = endsAt,
    };
}
