using Iterate.Domain.Accounts;
using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Api;

/// <summary>The only place that authorizes: every call of a contract method passes here first (requirement A-35).</summary>
internal sealed class ApiGuard(ICallerSource callers, ScopeResolver scopes, TimeProvider time)
{
    /// <summary>How often a live method that runs is checked again (requirement A-37).</summary>
    public static readonly TimeSpan RecheckInterval = TimeSpan.FromSeconds(60);

    /// <summary>Tells when a live method is due.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Establishes who calls and what the request concerns.</summary>
    /// <exception cref="ApiException"><c>unauthenticated</c>, <c>not-found</c>, <c>forbidden</c>.</exception>
    public async ValueTask<CallContext> AuthorizeAsync(ApiMethod method, object request, CancellationToken cancellationToken)
    {
        var caller = await callers.GetAsync(cancellationToken);
        var scope = caller.UserId is { } userId && AccessPolicy.IsScoped(method.Tier)
            ? await scopes.ResolveAsync(request, userId, cancellationToken)
            : null;
        return AccessPolicy.Decide(method.Tier, caller, scopeExists: scope is not null, scope?.Role) switch
        {
            AccessDecision.Allow => new(caller, scope?.Project, scope?.OrganizationId, scope?.Role) { Method = method.FullName },
            AccessDecision.Unauthenticated => throw new ApiException(ErrorCodes.Unauthenticated, "Sign in first."),
            AccessDecision.Forbidden => throw new ApiException(ErrorCodes.Forbidden, "Your role in this organization does not allow this."),
            _ => throw ApiException.NotFound(),
        };
    }
}
