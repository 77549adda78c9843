namespace Iterate.Domain;

/// <summary>
/// Where an installation keeps what belongs to its host. The server and the CLI beside it must come to the same
/// folder, so the rule is here.
/// </summary>
public static class LocalInstallation
{
    /// <summary>Base address of the running server, written when it starts; anybody may read it.</summary>
    public const string LocalUrlFile = "local-url";

    /// <summary>Bearer token for the CLI on the same host, mode 0600.</summary>
    public const string LocalTokenFile = "local-token";

    /// <summary>
    /// The folder when none is named: <c>$XDG_DATA_HOME/iterate</c>, else <c>/var/lib/iterate</c> for root, else
    /// <c>~/.local/share/iterate</c>. Root's home is no place for it, because PostgreSQL runs as another user that
    /// may not enter there.
    /// </summary>
    /// <param name="variable">Reads an environment variable; null or empty when unset.</param>
    /// <param name="isPrivileged">The process runs as root.</param>
    public static string DefaultDirectory(Func<string, string?> variable, bool isPrivileged)
    {
        if (variable("XDG_DATA_HOME") is { Length: > 0 } data)
        {
            return Path.Combine(data, "iterate");
        }

        return isPrivileged || variable("HOME") is not { Length: > 0 } home
            ? "/var/lib/iterate"
            : Path.Combine(home, ".local", "share", "iterate");
    }
}
