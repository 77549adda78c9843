using System.Diagnostics;
using System.Globalization;

namespace Iterate.Infrastructure.Postgres;

/// <summary>The lock file a running server keeps in its data directory: its process and where it listens.</summary>
internal sealed record PostmasterPid(int ProcessId, int Port)
{
    private const int ProcessLine = 0;
    private const int PortLine = 3;

    /// <summary>
    /// The server that runs on <paramref name="dataDirectory"/>, or null. A file left behind by a server that was
    /// killed is not a server, even when its process number now belongs to somebody else.
    /// </summary>
    public static PostmasterPid? Running(string dataDirectory)
    {
        var file = FileOf(dataDirectory);
        if (!File.Exists(file))
        {
            return null;
        }

        var lines = File.ReadAllLines(file);
        return lines.Length > PortLine
            && int.TryParse(lines[ProcessLine], NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
            && int.TryParse(lines[PortLine], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && IsServer(processId)
                ? new(processId, port)
                : null;
    }

    /// <summary>
    /// Removes a file that <see cref="Running"/> found stale: the server would refuse to start when its number now
    /// belongs to another process of the same user.
    /// </summary>
    public static void DeleteStale(string dataDirectory) => File.Delete(FileOf(dataDirectory));

    private static string FileOf(string dataDirectory) => Path.Combine(dataDirectory, "postmaster.pid");

    /// <summary>
    /// Only the name is asked, because a wrong no would start a second server on live data. A wrong yes, another
    /// PostgreSQL under this number after a reboot, shows when that one does not take our password.
    /// </summary>
    private static bool IsServer(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal) && !IsZombie(processId);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or IOException)
        {
            // The process ended under our eyes.
            return false;
        }
    }

    /// <summary>A killed server that nobody has waited for keeps its number and its name, but no command line.</summary>
    private static bool IsZombie(int processId) =>
        OperatingSystem.IsLinux() && File.ReadAllText($"/proc/{processId}/cmdline").Length == 0;
}
