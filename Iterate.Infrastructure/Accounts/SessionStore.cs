using Iterate.Domain;
using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Iterate.Infrastructure.Accounts;

/// <summary>
/// Login sessions: 30 days from the last use, 180 days at most (requirement A-19). Every look-up reads the database,
/// so a revoked session is out at once on every node.
/// </summary>
public sealed class SessionStore(IDbContextFactory<IterateDbContext> contexts, NpgsqlDataSource database, TimeProvider time)
{
    internal static readonly TimeSpan Sliding = TimeSpan.FromDays(30);
    internal static readonly TimeSpan Absolute = TimeSpan.FromDays(180);

    /// <summary>How stale <c>last_seen_at</c> may be; busy sessions must not cost a write per call.</summary>
    internal static readonly TimeSpan SeenResolution = TimeSpan.FromMinutes(1);

    private const string Live =
        """
        select s.id, s.last_seen_at, u.id, u.system_role
        from session s join app_user u on u.id = s.user_id
        where s.revoked_at is null and s.expires_at > $2 and s.absolute_expires_at > $2
        """;

    /// <summary>Opens a session and hands out its secret, which is never readable again.</summary>
    public async Task<NewSession> CreateAsync(string userId, SessionKind kind, string? label, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var session = Add(context, userId, kind, label);
        await context.SaveChangesAsync(cancellationToken);
        return session;
    }

    /// <summary>Who holds <paramref name="secret"/>; null when it opens no live session. Counts as a use.</summary>
    public Task<Caller?> FindAsync(string secret, CancellationToken cancellationToken) =>
        FindAsync($"{Live} and s.token_hash = $1", Secret.Hash(secret), cancellationToken);

    /// <summary>
    /// The same for a session that was let in before by its secret, such as that of an open circuit (requirement A-22).
    /// </summary>
    public Task<Caller?> FindByIdAsync(string sessionId, CancellationToken cancellationToken) =>
        FindAsync($"{Live} and s.id = $1", sessionId, cancellationToken);

    /// <summary>Ends a session; it opens nothing from now on.</summary>
    public async Task RevokeAsync(string sessionId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        await context.Sessions
            .Where(session => session.Id == sessionId && session.RevokedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(session => session.RevokedAt, now).SetProperty(session => session.UpdatedAt, now), cancellationToken);
    }

    /// <summary>Adds a session to a unit of work that the caller saves.</summary>
    internal NewSession Add(IterateDbContext context, string userId, SessionKind kind, string? label)
    {
        var now = time.GetUtcNow();
        var secret = kind is SessionKind.Cli ? Secret.NewCli() : Secret.New();
        var session = new Session
        {
            Id = TypeId.New("ses", time),
            UserId = userId,
            Kind = kind,
            TokenHash = Secret.Hash(secret),
            Label = label,
            LastSeenAt = now,
            ExpiresAt = now + Sliding,
            AbsoluteExpiresAt = now + Absolute,
        };
        context.Sessions.Add(session);
        return new(session.Id, secret, session.AbsoluteExpiresAt);
    }

    private async Task<Caller?> FindAsync<TKey>(string sql, TKey key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        Caller caller;
        DateTimeOffset lastSeen;
        await using (var command = database.CreateCommand(sql))
        {
            command.Parameters.Add(new NpgsqlParameter<TKey> { TypedValue = key });
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            if (!await row.ReadAsync(cancellationToken))
            {
                return null;
            }

            caller = new() { SessionId = row.GetString(0), UserId = row.GetString(2), IsSystemAdmin = row.GetString(3) is "admin" };
            lastSeen = row.GetFieldValue<DateTimeOffset>(1);
        }

        if (now - lastSeen >= SeenResolution)
        {
            await MarkSeenAsync(caller.SessionId, now, cancellationToken);
        }

        return caller;
    }

    private async Task MarkSeenAsync(string sessionId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "update session set last_seen_at = $2, updated_at = $2, expires_at = least($3, absolute_expires_at) where id = $1 and last_seen_at < $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sessionId });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now + Sliding });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>A session just opened.</summary>
/// <param name="SessionId"><c>ses_</c> id.</param>
/// <param name="Secret">Value of the cookie or bearer token.</param>
/// <param name="EndsAt">When it ends however much it is used.</param>
public sealed record NewSession(string SessionId, string Secret, DateTimeOffset EndsAt)
{
    /// <summary>Names the session without its secret, should the record ever be logged.</summary>
    public override string ToString() => SessionId;
}
