using Iterate.Domain.Accounts;

namespace Iterate.Domain.Api;

/// <summary>Who calls: nobody, or a person through a login session of kind browser or CLI.</summary>
public sealed record Caller
{
    /// <summary>Nobody is signed in.</summary>
    public static Caller Anonymous { get; } = new();

    /// <summary><c>usr_</c> id of the signed-in person; null when nobody is.</summary>
    public string? UserId { get; init; }

    /// <summary><c>ses_</c> id of the login session; null when nobody is signed in.</summary>
    public string? SessionId { get; init; }

    /// <summary>The person is an admin of the installation.</summary>
    public bool IsSystemAdmin { get; init; }

    /// <summary>The way by which the call came in.</summary>
    public CallSurface Surface { get; init; }

    /// <summary>Id of the circuit the call came through; null elsewhere.</summary>
    public string? CircuitId { get; init; }
}

/// <summary>What the guard established about the call that is running: who calls, and what the request concerns.</summary>
/// <param name="Caller">Who calls.</param>
/// <param name="Project">The project of an <see cref="IProjectRequest"/>.</param>
/// <param name="OrganizationId">The organization of the request or of its project.</param>
/// <param name="Role">The caller's role there; null for an outsider, such as an admin of the installation.</param>
public sealed record CallContext(Caller Caller, ProjectScope? Project, string? OrganizationId, OrganizationRole? Role = null)
{
    private static readonly AsyncLocal<CallContext?> Ambient = new();

    /// <summary>The checked context of the running call.</summary>
    /// <exception cref="InvalidOperationException">A handler was reached without passing the guard (requirement A-35).</exception>
    public static CallContext Current
    {
        get => Ambient.Value ?? throw new InvalidOperationException("A contract method was reached without passing the guard.");
        set => Ambient.Value = value;
    }

    /// <summary>
    /// Whether the running call would also pass <paramref name="tier"/>, for the few methods whose tier depends on what
    /// is asked (requirements S-49 and S-118). The same policy decides as at the door.
    /// </summary>
    public bool Allows(Tier tier) => AccessPolicy.Decide(tier, Caller, scopeExists: true, Role) is AccessDecision.Allow;

    /// <summary>Refuses what <see cref="Allows"/> does not allow.</summary>
    /// <exception cref="ApiException"><c>forbidden</c>.</exception>
    public void Demand(Tier tier)
    {
        if (!Allows(tier))
        {
            throw new ApiException(ErrorCodes.Forbidden, "Your role in this organization does not allow this.");
        }
    }

    /// <summary>The same, or null where no call runs, as in the background.</summary>
    public static CallContext? Running => Ambient.Value;

    /// <summary>Full name of the contract method, such as <c>streams.append</c>.</summary>
    public string? Method { get; init; }

    /// <summary>The project of the running call.</summary>
    /// <exception cref="InvalidOperationException">The call has no project, or did not pass the guard.</exception>
    public static ProjectScope CurrentProject =>
        Current.Project ?? throw new InvalidOperationException("The running call concerns no project.");
}

/// <summary>The project a call concerns, resolved from slug or id by the guard.</summary>
public sealed record ProjectScope(string ProjectId, string Slug, string OrganizationId);
