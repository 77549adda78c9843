using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;

namespace Iterate.Infrastructure.Postgres;

/// <summary>The steps in the life of the server over one <see cref="ClusterHome"/>.</summary>
internal sealed class ClusterServer(ClusterHome home, ServerBinaries binaries, bool throwaway)
{
    private const string Owner = "iterate";
    private const string Database = "iterate";
    private const string MaintenanceDatabase = "postgres";
    private const long LargestLog = 8 * 1024 * 1024;

    /// <summary>Recovery after a crash reads up to a checkpoint's worth of log, which a slow disk takes its time for.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);

    private static string StartSeconds => StartTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    /// <summary>Makes the cluster. Until it is whole it has another name, so a kill in between leaves none.</summary>
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(home.UnfinishedData))
        {
            Directory.Delete(home.UnfinishedData, recursive: true);
        }

        await home.CreatePasswordAsync(cancellationToken);
        string[] arguments =
        [
            "-D", home.UnfinishedData, "-U", Owner, "--pwfile", home.PasswordFile, "--auth", "scram-sha-256",
            "--encoding", "UTF8", "--locale", "C",
        ];
        var initdb = await ServerProgram.RunAsync(
            binaries.Initdb, throwaway ? [.. arguments, "--no-sync"] : arguments, home.User, cancellationToken);
        initdb.EnsureSucceeded();
        Directory.Move(home.UnfinishedData, home.Data);
    }

    /// <summary>
    /// The server that a killed host left behind, once it accepts us; it may still be recovering. Null when there is
    /// none, or it was on its way down.
    /// </summary>
    public async Task<PostmasterPid?> TakeOverAsync(CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (PostmasterPid.Running(home.Data) is { } server)
        {
            try
            {
                await using var connection = await ConnectAsync(server, cancellationToken);
                return server;
            }
            catch (NpgsqlException exception) when (exception.IsTransient && waited.Elapsed < StartTimeout)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
            catch (NpgsqlException exception)
            {
                throw new StartupException(string.Create(CultureInfo.InvariantCulture,
                    $"Process {server.ProcessId} holds {home.Data} but does not accept us ({exception.Message}); see {home.LogFile}."), exception);
            }
        }

        return null;
    }

    /// <summary>Starts the server on the port it had, else on a free one.</summary>
    public async Task<PostmasterPid> LaunchAsync(CancellationToken cancellationToken)
    {
        PostmasterPid.DeleteStale(home.Data);
        if (new FileInfo(home.LogFile) is { Exists: true, Length: > LargestLog })
        {
            File.Move(home.LogFile, $"{home.LogFile}.1", overwrite: true);
        }

        var port = home.RememberedPort is { } remembered && LoopbackPort.IsFree(remembered) ? remembered : LoopbackPort.FindFree();
        while (true)
        {
            var start = await PgCtlAsync(
                ["start", "-D", home.Data, "-l", home.LogFile, "-w", "-t", StartSeconds, "-o", Settings(port)], cancellationToken);
            if (start.Succeeded)
            {
                return PostmasterPid.Running(home.Data)
                    ?? throw new StartupException($"PostgreSQL stopped right after its start; see {home.LogFile}.");
            }

            // Somebody may have taken the port between our look and the server's.
            if (LoopbackPort.IsFree(port))
            {
                throw new StartupException($"PostgreSQL did not start: {start.Output} See {home.LogFile}.");
            }

            port = LoopbackPort.FindFree();
        }
    }

    /// <summary>Creates our database if need be, and answers how to connect to it.</summary>
    public async Task<string> OpenDatabaseAsync(PostmasterPid server, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(server, cancellationToken);
        await using var exists = new NpgsqlCommand($"select exists (select from pg_database where datname = '{Database}')", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            await using var create = new NpgsqlCommand($"create database {Database}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        return await AddressAsync(server, Database, cancellationToken);
    }

    /// <summary>Stops the server and waits for its end.</summary>
    public async Task StopAsync()
    {
        if (PostmasterPid.Running(home.Data) is not null)
        {
            var stop = await PgCtlAsync(["stop", "-D", home.Data, "-m", throwaway ? "immediate" : "fast", "-w", "-t", StartSeconds], CancellationToken.None);
            stop.EnsureSucceeded();
        }
    }

    private string Settings(int port)
    {
        var settings = string.Create(CultureInfo.InvariantCulture,
            $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200");
        return throwaway ? $"{settings} -c fsync=off -c full_page_writes=off" : settings;
    }

    private Task<ProgramResult> PgCtlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        ServerProgram.RunAsync(binaries.PgCtl, arguments, home.User, cancellationToken);

    private async Task<NpgsqlConnection> ConnectAsync(PostmasterPid server, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection($"{await AddressAsync(server, MaintenanceDatabase, cancellationToken)};Pooling=false");
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task<string> AddressAsync(PostmasterPid server, string database, CancellationToken cancellationToken) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = IPAddress.Loopback.ToString(),
            Port = server.Port,
            Username = Owner,
            Password = await home.PasswordAsync(cancellationToken),
            Database = database,
        }.ConnectionString;
}
