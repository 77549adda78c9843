namespace Iterate.Domain.Accounts;

/// <summary>What a login session belongs to.</summary>
public enum SessionKind
{
    /// <summary>A browser; the secret is a cookie.</summary>
    Browser,

    /// <summary>A command line; the secret is a bearer token.</summary>
    Cli,
}
