namespace Iterate.Domain.Api;

/// <summary>Who may call a contract method. The names are those of requirement A-31, the only tier vocabulary.</summary>
public enum Tier
{
    /// <summary>Anyone, signed in or not.</summary>
    Public,

    /// <summary>Any signed-in person.</summary>
    User,

    /// <summary>Any member of the organization the request names.</summary>
    OrgMember,

    /// <summary>Admins and owners of the organization the request names.</summary>
    OrgAdmin,

    /// <summary>Owners of the organization the request names.</summary>
    OrgOwner,

    /// <summary>Any member of the organization that owns the project the request names.</summary>
    ProjectRead,

    /// <summary>Members of the project's organization, viewers excepted.</summary>
    ProjectWrite,

    /// <summary>Admins and owners of the project's organization.</summary>
    ProjectAdmin,

    /// <summary>Admins of the installation.</summary>
    SystemAdmin,
}

/// <summary>
/// The tier of a contract method. Exactly one on every method: a contract test fails without it, and the guard in
/// front of every service reads nothing else.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AccessAttribute(Tier tier) : Attribute
{
    /// <summary>Who may call the method.</summary>
    public Tier Tier { get; } = tier;
}
