using Iterate.Domain.Accounts;

namespace Iterate.Web.Client.Streams;

/// <summary>
/// What a page offers a person to do with streams. It only spares them refusals: the contract decides.
/// </summary>
/// <param name="MayAppend">Append, pause, resume, edit metadata.</param>
/// <param name="MayManage">Archive, delete, configure, generate.</param>
public sealed record StreamRights(bool MayAppend, bool MayManage)
{
    /// <summary>Rights of a role; without one it is an admin of the installation, who may everything.</summary>
    public static StreamRights Of(OrganizationRole? role) =>
        new(role is null or >= OrganizationRole.Member, role is null or >= OrganizationRole.Admin);
}
