using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Iterate.Infrastructure.Postgres;

/// <summary>
/// The folder of one private cluster: its data, password, log and remembered port. It belongs to the server's user
/// and nobody else may look inside.
/// </summary>
internal sealed record ClusterHome(string Directory, ServerUser User)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const int PasswordLength = 48;

    public string Data => Path.Combine(Directory, "data");

    /// <summary>Where initdb works; it becomes <see cref="Data"/> when it is whole.</summary>
    public string UnfinishedData => Path.Combine(Directory, "data.unfinished");

    public string PasswordFile => Path.Combine(Directory, "password");

    public string LogFile => Path.Combine(Directory, "postgres.log");

    private string PortFile => Path.Combine(Directory, "port");

    /// <summary>Major version of the cluster that is there; null when there is none.</summary>
    public int? Version => File.Exists(Path.Combine(Data, "PG_VERSION"))
        ? int.Parse(File.ReadAllText(Path.Combine(Data, "PG_VERSION")), CultureInfo.InvariantCulture)
        : null;

    /// <summary>The port the cluster listened on the last time, or null.</summary>
    public int? RememberedPort
    {
        get => File.Exists(PortFile) && int.TryParse(File.ReadAllText(PortFile), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port
            : null;
        set => File.WriteAllText(PortFile, value?.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Opens <paramref name="directory"/> as a home, creating it if need be.</summary>
    /// <exception cref="StartupException">The server's user cannot reach it.</exception>
    public static async Task<ClusterHome> OpenAsync(string directory, CancellationToken cancellationToken)
    {
        var user = ServerUser.Find();
        var home = new ClusterHome(directory, user);
        if (!System.IO.Directory.Exists(home.Directory))
        {
            System.IO.Directory.CreateDirectory(home.Directory, OwnerOnly);
            await user.OwnAsync(home.Directory, cancellationToken);
        }

        return await user.CanEnterAsync(home.Directory, cancellationToken)
            ? home
            : throw new StartupException($"The user '{user.OtherName}', as whom PostgreSQL runs, cannot enter {home.Directory}.");
    }

    /// <summary>Makes the password of the cluster's owner; only the server's user can read the file.</summary>
    public async Task CreatePasswordAsync(CancellationToken cancellationToken)
    {
        File.Delete(PasswordFile);
        await using (var file = new FileStream(PasswordFile, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            await file.WriteAsync(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(PasswordLength, lowercase: true)), cancellationToken);
        }

        await User.OwnAsync(PasswordFile, cancellationToken);
    }

    /// <summary>The password of the cluster's owner.</summary>
    public Task<string> PasswordAsync(CancellationToken cancellationToken) => File.ReadAllTextAsync(PasswordFile, cancellationToken);
}
