namespace Iterate.Domain;

/// <summary>
/// Where the server of a host leaves word for the CLI beside it. Both must come to the same files, so the rule is here.
/// </summary>
public static class InstallationPaths
{
    /// <summary>In the data directory: base address of the server, written when it starts.</summary>
    public const string LocalUrlFile = "local-url";

    /// <summary>In the data directory: bearer token of the local owner's CLI session, mode 0600.</summary>
    public const string LocalTokenFile = "local-token";

    /// <summary>The data directory when none is named: <c>$XDG_DATA_HOME/iterate</c>, else <c>~/.local/share/iterate</c>.</summary>
    /// <param name="dataHome">Value of <c>XDG_DATA_HOME</c>; null or empty when unset.</param>
    /// <param name="userProfile">Home directory of the user.</param>
    public static string DefaultDataDirectory(string? dataHome, string userProfile) =>
        string.IsNullOrEmpty(dataHome)
            ? Path.Combine(userProfile, ".local", "share", "iterate")
            : Path.Combine(dataHome, "iterate");
}
