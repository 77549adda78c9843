using System.Security.Claims;
using Iterate.Domain.Api;

namespace Iterate.Web.Auth;

/// <summary>The caller as claims, because that is how the framework carries a person into hubs and circuits.</summary>
internal static class CallerClaims
{
    private const string User = "usr";
    private const string Session = "ses";
    private const string SystemAdmin = "adm";

    public static ClaimsIdentity From(Caller caller)
    {
        var identity = new ClaimsIdentity(SessionAuthentication.SchemeName);
        identity.AddClaim(new(User, caller.UserId!));
        identity.AddClaim(new(Session, caller.SessionId!));
        if (caller.IsSystemAdmin)
        {
            identity.AddClaim(new(SystemAdmin, "true"));
        }

        return identity;
    }

    public static Caller Read(ClaimsPrincipal? principal) =>
        principal?.FindFirstValue(User) is { } user
            ? new()
            {
                UserId = user,
                SessionId = principal.FindFirstValue(Session),
                IsSystemAdmin = principal.HasClaim(SystemAdmin, "true"),
            }
            : Caller.Anonymous;
}
