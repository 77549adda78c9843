using System.Security.Claims;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Accounts;
using Iterate.Infrastructure.Api;

namespace Iterate.Web.Auth;

/// <summary>
/// Who calls in this scope: a request, a hub invocation or a circuit. Whoever opens the scope signs the caller in, and
/// the guard asks here, from any thread.
/// </summary>
/// <remarks>
/// Circuits and live methods outlive the request that signed them in, so the session is looked up again when the last
/// look is older than <see cref="FreshFor"/>: a revoked session stops working within that time everywhere.
/// </remarks>
public sealed class CallerSource(SessionStore sessions, TimeProvider time) : ICallerSource
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);

    private volatile Look _last = new(Caller.Anonymous, At: null);

    /// <summary>Takes the caller from the principal of a request, whose session was just looked up.</summary>
    public void SignIn(ClaimsPrincipal? principal, CallSurface surface) =>
        _last = new(CallerClaims.Read(principal) with { Surface = surface }, time.GetTimestamp());

    /// <summary>Takes the caller of a new circuit.</summary>
    public void SignInCircuit(ClaimsPrincipal? principal, string circuitId) =>
        _last = new(CallerClaims.Read(principal) with { Surface = CallSurface.Ui, CircuitId = circuitId }, time.GetTimestamp());

    /// <summary>Takes the caller from the principal of a hub connection, which may have been open for days.</summary>
    public void SignInAgain(ClaimsPrincipal? principal) =>
        _last = new(CallerClaims.Read(principal) with { Surface = CallSurface.Hub }, At: null);

    /// <inheritdoc/>
    public async ValueTask<Caller> GetAsync(CancellationToken cancellationToken)
    {
        var last = _last;
        if (last.Caller.SessionId is not { } sessionId || (last.At is { } at && time.GetElapsedTime(at) < FreshFor))
        {
            return last.Caller;
        }

        var caller = await sessions.FindByIdAsync(sessionId, cancellationToken) ?? Caller.Anonymous;
        caller = caller with { Surface = last.Caller.Surface, CircuitId = last.Caller.CircuitId };
        _last = new(caller, time.GetTimestamp());
        return caller;
    }

    private sealed record Look(Caller Caller, long? At);
}
