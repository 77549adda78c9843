using System.Security.Claims;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Api;

namespace Iterate.Web.Auth;

/// <summary>
/// Who calls in this scope: a request, a hub invocation or a circuit. Whoever opens the scope signs the caller in,
/// and the guard asks here.
/// </summary>
public sealed class CallerSource : ICallerSource
{
    private Caller _caller = Caller.Anonymous;

    /// <summary>Takes the caller from the principal of the request or connection.</summary>
    public void SignIn(ClaimsPrincipal? principal) => _caller = CallerClaims.Read(principal);

    /// <inheritdoc/>
    public ValueTask<Caller> GetAsync(CancellationToken cancellationToken) => new(_caller);
}
