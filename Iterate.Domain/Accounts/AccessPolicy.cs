using Iterate.Domain.Api;

namespace Iterate.Domain.Accounts;

/// <summary>What the guard does with a call.</summary>
public enum AccessDecision
{
    /// <summary>Runs it.</summary>
    Allow,

    /// <summary>Refuses with <c>unauthenticated</c>: nobody is signed in.</summary>
    Unauthenticated,

    /// <summary>Refuses with <c>not-found</c>: it does not exist, or the caller must not learn that it does.</summary>
    NotFound,

    /// <summary>Refuses with <c>forbidden</c>: the caller belongs to the organization, with too low a role.</summary>
    Forbidden,
}

/// <summary>Who passes which tier (requirements, and viewers of the spec README).</summary>
public static class AccessPolicy
{
    /// <summary>Decides one call.</summary>
    /// <param name="tier">Tier of the method.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="scopeExists">The organization or project that the request names exists.</param>
    /// <param name="role">The caller's role in it; null for an outsider.</param>
    public static AccessDecision Decide(Tier tier, Caller caller, bool scopeExists, OrganizationRole? role)
    {
        if (tier is Tier.Public)
        {
            return AccessDecision.Allow;
        }

        if (caller.UserId is null)
        {
            return AccessDecision.Unauthenticated;
        }

        if (LowestRole(tier) is not { } lowest)
        {
            return tier is Tier.User || caller.IsSystemAdmin ? AccessDecision.Allow : AccessDecision.NotFound;
        }

        return scopeExists switch
        {
            true when caller.IsSystemAdmin || role >= lowest => AccessDecision.Allow,
            true when role is not null => AccessDecision.Forbidden,
            _ => AccessDecision.NotFound,
        };
    }

    /// <summary>
    /// Whether a tier asks about an organization or project. Every organization method so far writes, so a viewer
    /// passes none of them.
    /// </summary>
    public static bool IsScoped(Tier tier) => LowestRole(tier) is not null;

    private static OrganizationRole? LowestRole(Tier tier) => tier switch
    {
        Tier.ProjectRead => OrganizationRole.Viewer,
        Tier.OrgMember or Tier.ProjectWrite => OrganizationRole.Member,
        Tier.OrgAdmin or Tier.ProjectAdmin => OrganizationRole.Admin,
        Tier.OrgOwner => OrganizationRole.Owner,
        Tier.Public or Tier.User or Tier.SystemAdmin => null,
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, "The policy does not know this tier."),
    };
}
