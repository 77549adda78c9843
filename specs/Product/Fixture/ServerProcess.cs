using System.Diagnostics;
using System.Globalization;

namespace Iterate.Specs;

/// <summary>
/// The built product, running as a process of its own in environment Test on a port that stays the same over restarts.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string ReadyMark = "iterate is ready: ";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly string _connectionString;
    private readonly string _dataDirectory = Directory.CreateTempSubdirectory("iterate-specs-").FullName;
    private readonly int _port = Ports.FindFree();
    private readonly LatencyRelay? _relay;
    private Process? _process;
    private Process? _reaper;

    private ServerProcess(string connectionString, TimeSpan latency)
    {
        _connectionString = connectionString;
        DirectAddress = AddressOf(_port);
        _relay = latency > TimeSpan.Zero ? new(_port, latency) : null;
        Address = _relay is null ? DirectAddress : AddressOf(_relay.Port);
        SignInLink = Address;
    }

    /// <summary>What browsers open; with <c>E2E_NET_LATENCY_MS</c> it lies behind a slow line.</summary>
    public Uri Address { get; }

    /// <summary>The server itself, for arranging a scene without that line.</summary>
    public Uri DirectAddress { get; }

    /// <summary>The link that the newest start printed: signs the local owner in, once.</summary>
    public Uri SignInLink { get; private set; }

    /// <summary>What it wrote, over all restarts.</summary>
    public ServerLog Log { get; } = new();

    /// <summary>Starts a server over a migrated database and waits until it says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time; the message holds its log.</exception>
    public static async Task<ServerProcess> StartAsync(string connectionString)
    {
        var server = new ServerProcess(connectionString, Conditions.NetworkLatency);
        try
        {
            await server.LaunchAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server as an operator would, if it runs, and starts it again on the same port.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await LaunchAsync();
    }

    /// <summary>Ends the server at once, as a crash does.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            Forget();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }

        Directory.Delete(_dataDirectory, recursive: true);
    }

    private async Task LaunchAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Repository.WebAssembly, "--port", _port.ToString(CultureInfo.InvariantCulture), "--data", _dataDirectory },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Test", ["ConnectionStrings__Iterate"] = _connectionString },
        };
        var ready = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, output) => Read(output.Data, ready);
        process.ErrorDataReceived += (_, output) => Log.Add(output.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        _reaper = StartReaper(process.Id);
        var link = await ReadyAsync(process, ready.Task);
        SignInLink = new(Address, link.AbsolutePath + link.Fragment);
    }

    private void Read(string? line, TaskCompletionSource<Uri> ready)
    {
        Log.Add(line);
        if (line?.StartsWith(ReadyMark, StringComparison.Ordinal) == true)
        {
            ready.SetResult(new(line[ReadyMark.Length..]));
        }
    }

    private async Task<Uri> ReadyAsync(Process process, Task<Uri> ready)
    {
        var ended = process.WaitForExitAsync();
        try
        {
            await Task.WhenAny(ready, ended).WaitAsync(StartTimeout);
        }
        catch (TimeoutException)
        {
            throw Failed($"was not ready within {StartTimeout.TotalSeconds:0} s");
        }

        return ready.IsCompleted
            ? await ready
            : throw Failed(string.Create(CultureInfo.InvariantCulture, $"ended with exit code {process.ExitCode}"));
    }

    private async Task StopAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        if (!process.HasExited)
        {
            using var terminate = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            try
            {
                await process.WaitForExitAsync().WaitAsync(StopTimeout);
            }
            catch (TimeoutException)
            {
                await KillAsync();
                throw Failed($"did not stop within {StopTimeout.TotalSeconds:0} s");
            }
        }

        Forget();
    }

    private void Forget()
    {
        _reaper!.Kill();
        _reaper.Dispose();
        _reaper = null;
        _process!.Dispose();
        _process = null;
    }

    private InvalidOperationException Failed(string what) =>
        new($"The server at {DirectAddress} {what}. Its log:{Environment.NewLine}{string.Join(Environment.NewLine, Log.Since(0))}");

    // A server must not outlive a test run that is killed: this shell reads from a pipe that only we hold open.
    private static Process StartReaper(int server) => Process.Start(new ProcessStartInfo(
        "sh", ["-c", """trap '' INT TERM HUP; read -r _; kill -KILL "$1" """, "reaper", server.ToString(CultureInfo.InvariantCulture)])
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
    })!;

    private static Uri AddressOf(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}/"));
}
