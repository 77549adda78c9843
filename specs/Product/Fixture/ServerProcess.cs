using System.Diagnostics;
using System.Globalization;

namespace Iterate.Specs;

/// <summary>
/// The built product, running as a process of its own in environment Test on a port that stays the same over restarts.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    private readonly string _connectionString;
    private readonly string _dataDirectory = Directory.CreateTempSubdirectory("iterate-specs-").FullName;
    private readonly HttpClient _probe;
    private readonly LatencyRelay? _relay;
    private readonly int _port = Ports.FindFree();
    private Process? _process;
    private Process? _reaper;

    private ServerProcess(string connectionString, TimeSpan latency)
    {
        _connectionString = connectionString;
        DirectAddress = AddressOf(_port);
        _probe = new() { BaseAddress = DirectAddress };
        _relay = latency > TimeSpan.Zero ? new(_port, latency) : null;
        Address = _relay is null ? DirectAddress : AddressOf(_relay.Port);
    }

    /// <summary>What browsers open; with <c>E2E_NET_LATENCY_MS</c> it lies behind a slow line.</summary>
    public Uri Address { get; }

    /// <summary>The server itself, for arranging a scene without that line.</summary>
    public Uri DirectAddress { get; }

    /// <summary>What it wrote, over all restarts.</summary>
    public ServerLog Log { get; } = new();

    /// <summary>Starts a server over a migrated database and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It ended or did not answer in time; the message holds its log.</exception>
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

        _probe.Dispose();
        Directory.Delete(_dataDirectory, recursive: true);
    }

    private async Task LaunchAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Repository.WebAssembly, "--urls", DirectAddress.AbsoluteUri.TrimEnd('/')])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "Iterate.Web"),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Test",
                ["ConnectionStrings__Iterate"] = _connectionString,
                ["Data__Directory"] = _dataDirectory,
            },
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Log.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Log.Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _reaper = StartReaper(_process.Id);
        await WaitUntilItAnswersAsync(_process);
    }

    private async Task WaitUntilItAnswersAsync(Process process)
    {
        var started = Stopwatch.GetTimestamp();
        using var polls = new PeriodicTimer(PollInterval);
        while (await polls.WaitForNextTickAsync())
        {
            if (process.HasExited)
            {
                await process.WaitForExitAsync();
                throw Failed(string.Create(CultureInfo.InvariantCulture, $"ended with exit code {process.ExitCode}"));
            }

            if (await AnswersAsync())
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(started) > StartTimeout)
            {
                throw Failed($"did not answer within {StartTimeout.TotalSeconds:0} s");
            }
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var response = await _probe.GetAsync("health/live");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
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
            using var patience = new CancellationTokenSource(StopTimeout);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
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
