using Iterate.Domain;

namespace Iterate.Infrastructure.Postgres;

/// <summary>
/// The folder everything of one installation lives in, held by one process at a time. The system gives the lock back
/// when the process ends, also after kill -9.
/// </summary>
public sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>File with the secret of a CLI session of the local owner (mode 0600).</summary>
    public string LocalTokenFile => System.IO.Path.Combine(Path, LocalInstallation.LocalTokenFile);

    /// <summary>File with the base address of the running host, for the CLI beside it.</summary>
    public string LocalUrlFile => System.IO.Path.Combine(Path, LocalInstallation.LocalUrlFile);

    /// <summary>Folder of the private cluster, or a link to it where the server's user cannot reach this folder.</summary>
    internal string PostgresPath => System.IO.Path.Combine(Path, "postgres");

    /// <summary>A folder of its own for one purpose, readable by its owner only.</summary>
    public DirectoryInfo Folder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name), OwnerOnly);

    /// <summary>Creates the folder if need be and takes it.</summary>
    /// <param name="path">Absolute, or relative to the working directory.</param>
    /// <exception cref="StartupException">Another process has it, or it cannot be created or written.</exception>
    public static DataDirectory Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var lockFile = System.IO.Path.Combine(full, "lock");
        try
        {
            if (!Directory.Exists(full))
            {
                // Where we are root the database's user has to pass through; it still cannot look around.
                Directory.CreateDirectory(full, Environment.IsPrivilegedProcess ? OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : OwnerOnly);
            }

            return new(full, new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StartupException($"The data directory {full} cannot be written: {exception.Message}", exception);
        }
        catch (IOException exception) when (File.Exists(lockFile))
        {
            throw new StartupException($"The data directory {full} is in use by another process; stop that one or choose another folder with --data.", exception);
        }
        catch (IOException exception)
        {
            throw new StartupException($"The data directory {full} cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>Gives the folder back.</summary>
    public void Dispose() => _lock.Dispose();
}
