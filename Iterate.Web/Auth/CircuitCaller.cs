using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Iterate.Web.Auth;

/// <summary>Signs the person of a new circuit in before any of its islands runs.</summary>
internal sealed class CircuitCaller(AuthenticationStateProvider authentication, CallerSource callers) : CircuitHandler
{
    /// <inheritdoc/>
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken) =>
        callers.SignInCircuit((await authentication.GetAuthenticationStateAsync()).User, circuit.Id);
}
