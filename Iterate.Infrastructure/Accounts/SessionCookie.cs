namespace Iterate.Infrastructure.Accounts;

/// <summary>Names of the session cookie (requirement A-19).</summary>
public static class SessionCookie
{
    /// <summary>Over plain http on loopback.</summary>
    public const string PlainName = "iterate";

    /// <summary>Over https.</summary>
    public const string SecureName = "__Host-iterate";
}
