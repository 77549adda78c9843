using Iterate.Domain;
using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;

namespace Iterate.Infrastructure.Accounts;

/// <summary>One-time links that sign a person in (requirements ).</summary>
public sealed class SignInLinks(IDbContextFactory<IterateDbContext> contexts, SessionStore sessions, TimeProvider time)
{
    internal static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>Makes the token of a link; every earlier unused one of the person dies.</summary>
    public async Task<string> CreateAsync(string userId, CancellationToken cancellationToken)
    {
        var secret = Secret.New();
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.OneTimeTokens
            .Where(token => token.Purpose == TokenPurpose.SignInLink && token.UserId == userId && token.ConsumedAt == null)
            .ExecuteDeleteAsync(cancellationToken);
        context.OneTimeTokens.Add(new()
        {
            Id = TypeId.New("ott", time),
            Purpose = TokenPurpose.SignInLink,
            TokenHash = Secret.Hash(secret),
            UserId = userId,
            ExpiresAt = now + Lifetime,
        });
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return secret;
    }

    /// <summary>
    /// Signs in whoever brings the token: burns it and opens a browser session in one transaction, so a crash between
    /// the two leaves the link usable. Of two who race, one wins.
    /// </summary>
    /// <exception cref="ApiException">
    /// <c>link-used</c>: used, replaced by a later link, expired or never made; which of these is not told.
    /// </exception>
    public async Task<NewSession> ConsumeAsync(string token, CancellationToken cancellationToken)
    {
        var hash = Secret.Hash(token);
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var burned = await context.OneTimeTokens
            .Where(row => row.TokenHash == hash && row.Purpose == TokenPurpose.SignInLink && row.ConsumedAt == null && row.ExpiresAt > now)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.ConsumedAt, now).SetProperty(row => row.UpdatedAt, now), cancellationToken);
        if (burned == 0)
        {
            throw new ApiException(ErrorCodes.LinkUsed, "This link was used, replaced or has expired; the next start prints a new one.");
        }

        var userId = await context.OneTimeTokens.Where(row => row.TokenHash == hash).Select(row => row.UserId).SingleAsync(cancellationToken);
        var session = sessions.Add(context, userId, SessionKind.Browser, label: null);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return session;
    }
}
