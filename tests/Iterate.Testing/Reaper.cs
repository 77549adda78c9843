using System.Collections.Concurrent;
using System.Diagnostics;

namespace Iterate.Testing;

/// <summary>
/// Stops a cluster and removes its folder when this process ends, whichever way. A shell waits on a pipe that only
/// we hold open: the system closes it even after kill -9.
/// </summary>
public static class Reaper
{
    private const string Script =
        """
        trap '' INT TERM HUP
        read -r _
        pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
        if [ -n "$pid" ]; then
          kill -QUIT "$pid"
          while kill -0 "$pid" 2>/dev/null && ! grep -qs '^State:.Z' "/proc/$pid/status"; do sleep 0.05; done
        fi
        rm -rf "$1"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentBag<Process> Shells = [];

    static Reaper() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var shell in Shells)
        {
            shell.StandardInput.Close();
        }

        foreach (var shell in Shells)
        {
            shell.WaitForExit(Patience);
        }
    };

    /// <summary>Looks after the cluster in <paramref name="folder"/>, whether it is there yet or not.</summary>
    public static void Watch(string folder) =>
        Shells.Add(Process.Start(new ProcessStartInfo("sh", ["-c", Script, "reaper", folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        })!);
}
