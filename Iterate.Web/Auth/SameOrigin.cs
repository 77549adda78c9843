using Iterate.Domain.Api;

namespace Iterate.Web.Auth;

/// <summary>
/// Refuses what another site could make a browser send with its cookie: calls and form posts that change state, and
/// WebSocket handshakes, need an <c>Origin</c> of this host (requirement A-21). Bearer requests carry no cookie and
/// are exempt.
/// </summary>
internal static class SameOrigin
{
    public static Task RequireAsync(HttpContext http, RequestDelegate next)
    {
        var request = http.Request;
        var isExempt = !(HttpMethods.IsPost(request.Method) || IsWebSocketHandshake(request))
            || SessionAuthentication.BearerOf(request) is not null
            || !request.Cookies.ContainsKey(BrowserSession.CookieName(request)) && !request.HasFormContentType;
        if (!isExempt && !string.Equals(request.Headers.Origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiException(ErrorCodes.CsrfRefused, "The request does not come from a page of this site.");
        }

        return next(http);
    }

    /// <summary>
    /// Read off the request itself, because the endpoints recognize WebSockets only after this. Over HTTP/2 the
    /// handshake is a CONNECT.
    /// </summary>
    private static bool IsWebSocketHandshake(HttpRequest request) =>
        HttpMethods.IsConnect(request.Method) || string.Equals(request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase);
}
