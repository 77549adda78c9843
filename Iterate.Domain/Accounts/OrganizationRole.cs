namespace Iterate.Domain.Accounts;

/// <summary>What a person may do in an organization, ascending: each role can do what the ones before it can.</summary>
public enum OrganizationRole
{
    /// <summary>Sees, writes nothing.</summary>
    Viewer,

    /// <summary>Sees and works.</summary>
    Member,

    /// <summary>Also invites, removes and manages what belongs to a project.</summary>
    Admin,

    /// <summary>Also makes owners and deletes the organization.</summary>
    Owner,
}
