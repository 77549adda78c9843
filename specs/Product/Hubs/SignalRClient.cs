using System.Diagnostics;

namespace Iterate.Specs.Hubs;

/// <summary>The npm package <c>@microsoft/signalr</c>, in the version that <c>client/package-lock.json</c> pins by hash.</summary>
internal static class SignalRClient
{
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>Path of the script for browsers; installed once a run.</summary>
    public static Task<string> ScriptAsync() => Installed.Value;

    private static async Task<string> InstallAsync()
    {
        var source = Path.Combine(Repository.Root, "specs", "Product", "Hubs", "client");
        var folder = Path.Combine(Repository.Artifacts, "hub-client");
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(source, "*.json"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync();
        return npm.ExitCode == 0
            ? Path.Combine(folder, "node_modules", "@microsoft", "signalr", "dist", "browser", "signalr.min.js")
            : throw new InvalidOperationException($"npm ci failed in {folder}: {string.Concat(said)}");
    }
}
