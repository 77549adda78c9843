namespace Iterate.Infrastructure.Postgres;

/// <summary>
/// The operating-system user PostgreSQL runs as. PostgreSQL refuses to run as root, so a host that is root runs it
/// as somebody else.
/// </summary>
internal sealed record ServerUser
{
    private static readonly string[] Candidates = ["postgres", "_postgres", "nobody"];

    /// <summary>Name of the other user; null when the server runs as ourselves.</summary>
    public string? OtherName { get; private init; }

    /// <exception cref="StartupException">We are root and there is nobody else to be.</exception>
    public static ServerUser Find()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new();
        }

        var known = File.ReadLines("/etc/passwd").Select(line => line.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        return new()
        {
            OtherName = Candidates.FirstOrDefault(known.Contains) ?? throw new StartupException(
                "PostgreSQL does not run as root and there is no user 'postgres' to run it as; create one with 'useradd --system postgres'."),
        };
    }

    /// <summary>Whether this user can pass through <paramref name="directory"/>, however its parents are locked.</summary>
    public async Task<bool> CanEnterAsync(string directory, CancellationToken cancellationToken) =>
        OtherName is null || (await ServerProgram.RunAsync("test", ["-x", directory], this, cancellationToken)).Succeeded;

    /// <summary>Makes this user the owner of what we created.</summary>
    public async Task OwnAsync(string path, CancellationToken cancellationToken)
    {
        if (OtherName is not null)
        {
            (await ServerProgram.RunAsync("chown", [$"{OtherName}:", path], new(), cancellationToken)).EnsureSucceeded();
        }
    }
}
