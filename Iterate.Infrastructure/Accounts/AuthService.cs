using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;

namespace Iterate.Infrastructure.Accounts;

/// <summary>Group <c>auth</c>.</summary>
public sealed class AuthService(IDbContextFactory<IterateDbContext> contexts) : IAuthApi
{
    /// <inheritdoc/>
    public async Task<WhoamiResponse> WhoamiAsync(WhoamiRequest request, CancellationToken cancellationToken)
    {
        if (CallContext.Current.Caller.UserId is not { } userId)
        {
            return new();
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return new(Summary(await context.Users.AsNoTracking().SingleAsync(user => user.Id == userId, cancellationToken)));
    }

    internal static UserSummary Summary(AppUser user) => new(user.Id, user.Name, user.Email, user.SystemRole is SystemRole.Admin);
}
