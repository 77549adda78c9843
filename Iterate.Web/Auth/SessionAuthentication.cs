using System.Security.Claims;
using System.Text.Encodings.Web;
using Iterate.Infrastructure.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Iterate.Web.Auth;

/// <summary>
/// Recognizes a login session by its secret: the session cookie of a browser, or the bearer token of a CLI session.
/// A token in a query string is never looked at (requirement A-54).
/// </summary>
public sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SessionStore sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Name of the one authentication scheme.</summary>
    public const string SchemeName = "session";

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var secret = BearerOf(Request) ?? Request.Cookies[BrowserSession.CookieName(Request)];
        if (string.IsNullOrEmpty(secret))
        {
            return AuthenticateResult.NoResult();
        }

        return await sessions.FindAsync(secret, Context.RequestAborted) is { } caller
            ? AuthenticateResult.Success(new(new ClaimsPrincipal(CallerClaims.From(caller)), Scheme.Name))
            : AuthenticateResult.Fail("The session ended.");
    }

    /// <summary>The bearer token of a request, if it has one.</summary>
    public static string? BearerOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header["Bearer ".Length..].Trim()
            : null;
}
