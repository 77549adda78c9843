using Iterate.Domain.Accounts;
using Iterate.Infrastructure.Postgres;

namespace Iterate.Infrastructure.Accounts;

/// <summary>A person.</summary>
public sealed class AppUser : IStamped
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    public required string Email { get; set; }

    public required SystemRole SystemRole { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A signed-in browser or command line. Only the hash of its secret is kept (requirement A-19).</summary>
public sealed class Session : IStamped
{
    public required string Id { get; init; }

    public required string UserId { get; init; }

    public required SessionKind Kind { get; init; }

    public required byte[] TokenHash { get; init; }

    public string? Label { get; init; }

    public required DateTimeOffset LastSeenAt { get; set; }

    public required DateTimeOffset ExpiresAt { get; set; }

    public required DateTimeOffset AbsoluteExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A secret that works once.</summary>
public sealed class OneTimeToken : IStamped
{
    public required string Id { get; init; }

    public required TokenPurpose Purpose { get; init; }

    public required byte[] TokenHash { get; init; }

    /// <summary>The person it signs in.</summary>
    public required string UserId { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? ConsumedAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>Owns projects.</summary>
public sealed class Organization : IStamped
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    public required string Slug { get; init; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A person's role in an organization.</summary>
public sealed class Membership : IStamped
{
    public required string Id { get; init; }

    public required string OrganizationId { get; init; }

    public required string UserId { get; init; }

    public required OrganizationRole Role { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>The scope of streams.</summary>
public sealed class Project : IStamped
{
    public required string Id { get; init; }

    public required string OrganizationId { get; init; }

    public required string Name { get; set; }

    public required string Slug { get; init; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
