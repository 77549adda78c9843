using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Shouldly;
using Xunit;
using static Iterate.Domain.Accounts.AccessDecision;

namespace Iterate.Domain.Tests.Accounts;

/// <summary>The table of requirement A-31 with the viewer of the spec README: every tier for every kind of caller.</summary>
public sealed class AccessPolicyTests
{
    private static readonly string[] Callers = ["anonymous", "outsider", "viewer", "member", "admin", "owner", "system admin"];

    public static TheoryData<Tier, AccessDecision[]> Matrix => new()
    {
        { Tier.Public, [Allow, Allow, Allow, Allow, Allow, Allow, Allow] },
        { Tier.User, [Unauthenticated, Allow, Allow, Allow, Allow, Allow, Allow] },
        { Tier.OrgMember, [Unauthenticated, NotFound, Forbidden, Allow, Allow, Allow, Allow] },
        { Tier.OrgAdmin, [Unauthenticated, NotFound, Forbidden, Forbidden, Allow, Allow, Allow] },
        { Tier.OrgOwner, [Unauthenticated, NotFound, Forbidden, Forbidden, Forbidden, Allow, Allow] },
        { Tier.ProjectRead, [Unauthenticated, NotFound, Allow, Allow, Allow, Allow, Allow] },
        { Tier.ProjectWrite, [Unauthenticated, NotFound, Forbidden, Allow, Allow, Allow, Allow] },
        { Tier.ProjectAdmin, [Unauthenticated, NotFound, Forbidden, Forbidden, Allow, Allow, Allow] },
        { Tier.SystemAdmin, [Unauthenticated, NotFound, NotFound, NotFound, NotFound, NotFound, Allow] },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public void every_caller_gets_what_the_tier_says(Tier tier, AccessDecision[] expected) =>
        Callers.Select(caller => Decide(tier, caller, scopeExists: true)).ShouldBe(expected);

    [Theory]
    [MemberData(nameof(Matrix))]
    public void a_scope_that_does_not_exist_looks_as_it_does_to_an_outsider(Tier tier, AccessDecision[] expected)
    {
        if (AccessPolicy.IsScoped(tier))
        {
            Decide(tier, "outsider", scopeExists: false).ShouldBe(expected[1]);
            Decide(tier, "system admin", scopeExists: false).ShouldBe(NotFound);
        }
    }

    [Fact]
    public void no_tier_is_missing_from_the_matrix() =>
        Matrix.Select(row => row.Data.Item1).ShouldBe(Enum.GetValues<Tier>());

    private static AccessDecision Decide(Tier tier, string caller, bool scopeExists)
    {
        var person = caller switch
        {
            "anonymous" => Caller.Anonymous,
            _ => new() { UserId = "usr_1", SessionId = "ses_1", IsSystemAdmin = caller is "system admin" },
        };
        OrganizationRole? role = scopeExists && Enum.TryParse<OrganizationRole>(caller, ignoreCase: true, out var parsed) ? parsed : null;
        return AccessPolicy.Decide(tier, person, scopeExists, role);
    }
}
