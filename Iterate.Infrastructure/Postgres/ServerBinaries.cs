using System.Globalization;

namespace Iterate.Infrastructure.Postgres;

/// <summary>A folder with PostgreSQL's server programs, of one major version.</summary>
internal sealed record ServerBinaries(string Directory, int MajorVersion)
{
    /// <summary>Oldest version the schema is written for.</summary>
    private const int OldestVersion = 15;

    private static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];

    private static readonly string[] UsualFolders =
    [
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/usr/local/pgsql/bin",
        "/opt/homebrew/opt/postgresql*/bin",
        "/usr/local/opt/postgresql*/bin",
        "/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
        "/Applications/Postgres.app/Contents/Versions/*/bin",
    ];

    public string Initdb => Path.Combine(Directory, "initdb");

    public string PgCtl => Path.Combine(Directory, "pg_ctl");

    /// <summary>
    /// The programs for a cluster: those it was written by, or for a new one those on PATH, else the newest in the
    /// usual folders.
    /// </summary>
    /// <param name="clusterVersion">Major version of an existing cluster; null for a new one.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="StartupException">There are none, or none of that version.</exception>
    public static async Task<ServerBinaries> FindAsync(int? clusterVersion, CancellationToken cancellationToken)
    {
        foreach (var directory in PathFolders().Concat(UsualFolders.SelectMany(Expand)).Where(HasPrograms))
        {
            var binaries = new ServerBinaries(directory, await VersionAsync(directory, cancellationToken));
            if (clusterVersion is null ? binaries.MajorVersion >= OldestVersion : clusterVersion == binaries.MajorVersion)
            {
                return binaries;
            }
        }

        throw new StartupException(clusterVersion is null
            ? string.Create(CultureInfo.InvariantCulture,
                $"PostgreSQL's server programs (postgres, initdb, pg_ctl) were not found; install PostgreSQL {OldestVersion} or later.")
            : string.Create(CultureInfo.InvariantCulture,
                $"The data directory was written by PostgreSQL {clusterVersion}; install the server programs of that version."));
    }

    private static string[] PathFolders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Folders matching a pattern with one starred segment, highest version first.</summary>
    private static IEnumerable<string> Expand(string pattern)
    {
        var segments = pattern.Split('/');
        var star = Array.FindIndex(segments, segment => segment.Contains('*', StringComparison.Ordinal));
        if (star < 0)
        {
            return [pattern];
        }

        var parent = string.Join('/', segments[..star]);
        var rest = string.Join('/', segments[(star + 1)..]);
        return System.IO.Directory.Exists(parent)
            ? System.IO.Directory.EnumerateDirectories(parent, segments[star])
                .OrderByDescending(path => path, StringComparer.Create(CultureInfo.InvariantCulture, CompareOptions.NumericOrdering))
                .Select(path => $"{path}/{rest}")
            : [];
    }

    private static bool HasPrograms(string directory) =>
        Programs.All(program => File.Exists(Path.Combine(directory, program)));

    private static async Task<int> VersionAsync(string directory, CancellationToken cancellationToken)
    {
        var program = Path.Combine(directory, "postgres");
        var result = await ServerProgram.RunAsync(program, ["--version"], ServerUser.Find(), cancellationToken);
        result.EnsureSucceeded();

        // "postgres (PostgreSQL) 15.14 (Debian 15.14-0)", or "18beta1" before a release
        var version = result.Output.Split(' ').First(word => char.IsAsciiDigit(word[0]));
        return int.Parse(version.TakeWhile(char.IsAsciiDigit).ToArray(), CultureInfo.InvariantCulture);
    }
}
