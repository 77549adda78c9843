namespace Iterate.Domain.Api;

/// <summary>Who is calling. Signing in and out are form posts, because they set a cookie (requirement A-20).</summary>
[ApiGroup("auth")]
public interface IAuthApi
{
    /// <summary>The caller, or nobody.</summary>
    [Access(Tier.Public)]
    Task<WhoamiResponse> WhoamiAsync(WhoamiRequest request, CancellationToken cancellationToken);
}

/// <summary>Asks who is calling.</summary>
public sealed record WhoamiRequest;

/// <summary>Who is calling.</summary>
/// <param name="User">The signed-in person; absent when nobody is.</param>
public sealed record WhoamiResponse(UserSummary? User = null);

/// <summary>A person as others see them.</summary>
public sealed record UserSummary(string UserId, string Name, string Email, bool IsSystemAdmin);
