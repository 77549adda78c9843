namespace Iterate.Domain.Accounts;

/// <summary>What a person is in the installation.</summary>
public enum SystemRole
{
    /// <summary>Anybody.</summary>
    User,

    /// <summary>Passes every organization and project tier (requirement A-33).</summary>
    Admin,
}
