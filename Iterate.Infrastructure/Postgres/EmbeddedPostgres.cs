using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Iterate.Infrastructure.Postgres;

/// <summary>How to run a private cluster.</summary>
/// <param name="Directory">Absolute path of its folder; created with the first start.</param>
/// <param name="Throwaway">
/// The cluster is deleted when its process ends, so nothing is flushed to disk. A killed server still recovers; only
/// a machine that loses power would lose data. For tests.
/// </param>
public sealed record EmbeddedPostgresOptions(string Directory, bool Throwaway = false);

/// <summary>
/// A PostgreSQL of our own, reachable over loopback only. It runs outside our process group, so Ctrl-C in a terminal
/// reaches us alone, and it outlives a host that is killed; the next start takes it over.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string Owner = "iterate";
    private const string Database = "iterate";
    private const string MaintenanceDatabase = "postgres";
    private const string StartSeconds = "120";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);

    private readonly ClusterHome _home;
    private readonly ServerBinaries _binaries;

    private EmbeddedPostgres(ClusterHome home, ServerBinaries binaries)
    {
        _home = home;
        _binaries = binaries;
    }

    /// <summary>Connects the cluster's owner to the database <c>iterate</c>.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>The server's process.</summary>
    public int ProcessId { get; private set; }

    /// <summary>The server was already running, left behind by a host that was killed.</summary>
    public bool TookOver { get; private set; }

    /// <summary>Starts the cluster, creating it the first time, or takes over the one that is running.</summary>
    /// <exception cref="StartupException">
    /// There are no server programs, the folder cannot be reached, or the server did not start.
    /// </exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var home = await ClusterHome.OpenAsync(options.Directory, cancellationToken);
        var cluster = new EmbeddedPostgres(home, await ServerBinaries.FindAsync(home.Version, cancellationToken));
        await cluster.InitializeAsync(options.Throwaway, cancellationToken);

        var left = PostmasterPid.Running(home.Data);
        cluster.TookOver = left is not null && await cluster.AcceptsAsync(left, cancellationToken);
        var running = cluster.TookOver ? left! : await cluster.LaunchAsync(options.Throwaway, cancellationToken);
        cluster.ProcessId = running.ProcessId;
        home.RememberedPort = running.Port;
        await cluster.CreateDatabaseAsync(running, cancellationToken);
        cluster.ConnectionString = await cluster.AddressAsync(running, Database, cancellationToken);
        return cluster;
    }

    /// <summary>Stops the server: open transactions are rolled back, everything committed is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        if (PostmasterPid.Running(_home.Data) is not null)
        {
            var stop = await PgCtlAsync(["stop", "-D", _home.Data, "-m", "fast", "-w", "-t", StartSeconds], CancellationToken.None);
            stop.EnsureSucceeded();
        }
    }

    private async Task InitializeAsync(bool throwaway, CancellationToken cancellationToken)
    {
        if (_home.Version is not null)
        {
            return;
        }

        if (Directory.Exists(_home.UnfinishedData))
        {
            Directory.Delete(_home.UnfinishedData, recursive: true);
        }

        await _home.PasswordAsync(cancellationToken);
        string[] arguments =
        [
            "-D", _home.UnfinishedData, "-U", Owner, "--pwfile", _home.PasswordFile, "--auth", "scram-sha-256",
            "--encoding", "UTF8", "--locale", "C",
        ];
        var initdb = await ServerProgram.RunAsync(
            _binaries.Initdb, throwaway ? [.. arguments, "--no-sync"] : arguments, _home.User, cancellationToken);
        initdb.EnsureSucceeded();
        Directory.Move(_home.UnfinishedData, _home.Data);
    }

    private async Task<PostmasterPid> LaunchAsync(bool throwaway, CancellationToken cancellationToken)
    {
        PostmasterPid.DeleteStale(_home.Data);
        var port = _home.RememberedPort is { } remembered && IsFree(remembered) ? remembered : FreePort();
        while (true)
        {
            var settings = string.Create(CultureInfo.InvariantCulture,
                $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200");
            var start = await PgCtlAsync(
                [
                    "start", "-D", _home.Data, "-l", _home.LogFile, "-w", "-t", StartSeconds,
                    "-o", throwaway ? $"{settings} -c fsync=off -c full_page_writes=off" : settings,
                ],
                cancellationToken);
            if (start.Succeeded)
            {
                return PostmasterPid.Running(_home.Data)
                    ?? throw new StartupException($"PostgreSQL stopped right after its start; see {_home.LogFile}.");
            }

            // Somebody may have taken the port between our look and the server's.
            if (IsFree(port))
            {
                throw new StartupException($"PostgreSQL did not start: {start.Output} See {_home.LogFile}.");
            }

            port = FreePort();
        }
    }

    private Task<ProgramResult> PgCtlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        ServerProgram.RunAsync(_binaries.PgCtl, arguments, _home.User, cancellationToken);

    private async Task<string> AddressAsync(PostmasterPid server, string database, CancellationToken cancellationToken) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = IPAddress.Loopback.ToString(),
            Port = server.Port,
            Username = Owner,
            Password = await _home.PasswordAsync(cancellationToken),
            Database = database,
        }.ConnectionString;

    private async Task<NpgsqlConnection> ConnectAsync(PostmasterPid server, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection($"{await AddressAsync(server, MaintenanceDatabase, cancellationToken)};Pooling=false");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private async Task CreateDatabaseAsync(PostmasterPid server, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(server, cancellationToken);
        await using var exists = new NpgsqlCommand($"select exists (select from pg_database where datname = '{Database}')", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            await using var create = new NpgsqlCommand($"create database {Database}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Waits until a server that was left behind accepts us; it may still be recovering. False when it was on its way
    /// down and is gone.
    /// </summary>
    private async Task<bool> AcceptsAsync(PostmasterPid server, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = await ConnectAsync(server, cancellationToken);
                return true;
            }
            catch (NpgsqlException) when (PostmasterPid.Running(_home.Data) is null)
            {
                return false;
            }
            catch (NpgsqlException exception) when (!exception.IsTransient || waited.Elapsed > StartTimeout)
            {
                throw new StartupException(string.Create(CultureInfo.InvariantCulture,
                    $"Process {server.ProcessId} holds {_home.Data} but does not accept us ({exception.Message}); see {_home.LogFile}."), exception);
            }
            catch (NpgsqlException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
