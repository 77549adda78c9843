using System.Diagnostics;
using System.Globalization;

namespace Iterate.Faults.Tests.Clusters;

/// <summary>A file system of a few hundred megabytes in memory, to be filled. Only root can mount one.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    /// <summary>A folder of it that is not there yet.</summary>
    public string ClusterFolder => Path.Combine(_folder, "cluster");

    private string Filling => Path.Combine(_folder, "filling");

    /// <returns>Null where it cannot be mounted.</returns>
    public static async Task<SmallDisk?> MountAsync(int megabytes)
    {
        var folder = Directory.CreateDirectory(OwnCluster.NewFolder()).FullName;
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=755");
        if (OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder))
        {
            return new(folder);
        }

        Directory.Delete(folder);
        return null;
    }

    /// <summary>Leaves so much room and no more.</summary>
    public async Task FillAsync(long leaving)
    {
        var room = new DriveInfo(_folder).AvailableFreeSpace - leaving;
        if (room <= 0 || !await RunAsync("fallocate", "-l", room.ToString(CultureInfo.InvariantCulture), Filling))
        {
            throw new InvalidOperationException($"{_folder} could not be filled; it has {room} bytes more than asked for.");
        }
    }

    /// <summary>Takes the filling away.</summary>
    public void Free() => File.Delete(Filling);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "-l", _folder);
        Directory.Delete(_folder);
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
