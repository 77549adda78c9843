using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Iterate.Testing;

/// <summary>
/// The built host as a process of its own, in environment Test, on a loopback port and a data directory that stay the
/// same over restarts. It never outlives the test run, even when that is killed.
/// </summary>
/// <param name="assembly">Path of <c>Iterate.Web.dll</c>.</param>
/// <param name="connectionString">A migrated database.</param>
/// <param name="written">Gets every line it writes, from any thread.</param>
public sealed class HostProcess(string assembly, string connectionString, Action<string> written) : IAsyncDisposable
{
    private const string ReadyMark = "iterate is ready: ";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly string _dataDirectory = Directory.CreateTempSubdirectory("iterate-host-").FullName;
    private Process? _process;
    private Process? _reaper;

    /// <summary>Its port on loopback.</summary>
    public int Port { get; } = FindFreePort();

    /// <summary>Where it listens; ends in a slash.</summary>
    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{Port}/"));

    /// <summary>Its process, while it runs.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException($"The host at {Address} does not run.");

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    /// <returns>The link it printed: signs the local owner in, once.</returns>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time.</exception>
    public async Task<Uri> StartAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { assembly, "--port", Port.ToString(CultureInfo.InvariantCulture), "--data", _dataDirectory },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Test", ["ConnectionStrings__Iterate"] = connectionString },
        };
        var ready = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, output) => Read(output.Data, ready);
        process.ErrorDataReceived += (_, output) => Read(output.Data, ready);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        _reaper = StartReaper(process.Id);
        return await ReadyAsync(process, ready.Task);
    }

    /// <summary>Stops it as an operator would, if it runs.</summary>
    /// <exception cref="InvalidOperationException">It had to be killed.</exception>
    public async Task StopAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        if (!process.HasExited)
        {
            await SignalAsync("-TERM");
            try
            {
                await process.WaitForExitAsync().WaitAsync(StopTimeout);
            }
            catch (TimeoutException late)
            {
                await KillAsync();
                throw new InvalidOperationException($"The host at {Address} did not stop within {StopTimeout.TotalSeconds:0} s.", late);
            }
        }

        Forget();
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            Forget();
        }
    }

    /// <summary>Takes the processor from it, as a machine does that is put to sleep; it keeps its connections.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>Lets it go on where it was.</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task EndedAsync(CancellationToken cancellationToken)
    {
        if (_process is { } process)
        {
            await process.WaitForExitAsync(cancellationToken);
            Forget();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_dataDirectory, recursive: true);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private void Read(string? line, TaskCompletionSource<Uri> ready)
    {
        if (line is null)
        {
            return;
        }

        written(line);
        if (line.StartsWith(ReadyMark, StringComparison.Ordinal))
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
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"The host at {Address} was not ready within {StartTimeout.TotalSeconds:0} s.", late);
        }

        return ready.IsCompleted
            ? await ready
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The host at {Address} ended with exit code {process.ExitCode}."));
    }

    private void Forget()
    {
        _reaper!.Kill();
        _reaper.Dispose();
        _reaper = null;
        _process!.Dispose();
        _process = null;
    }

    // This shell reads from a pipe that only we hold open.
    private static Process StartReaper(int host) => Process.Start(new ProcessStartInfo(
        "sh", ["-c", """trap '' INT TERM HUP; read -r _; kill -KILL "$1" """, "reaper", host.ToString(CultureInfo.InvariantCulture)])
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
    })!;

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
