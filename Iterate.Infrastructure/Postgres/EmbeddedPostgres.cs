using System.Globalization;

namespace Iterate.Infrastructure.Postgres;

/// <summary>How to run a private cluster.</summary>
/// <param name="Directory">Absolute path of its folder; created with the first start.</param>
/// <param name="Throwaway">
/// The cluster is deleted when its process ends, so nothing is flushed to disk and stopping is no more than killing.
/// A killed server still recovers; only a machine that loses power would lose data. For tests.
/// </param>
public sealed record EmbeddedPostgresOptions(string Directory, bool Throwaway = false);

/// <summary>
/// A PostgreSQL of our own, reachable over loopback only. It runs outside our process group, so Ctrl-C in a terminal
/// reaches us alone, and it outlives a host that is killed; the next start takes it over.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private readonly ClusterServer _server;

    private EmbeddedPostgres(ClusterServer server) => _server = server;

    /// <summary>Connects the cluster's owner to the database <c>iterate</c>.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The server's process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The server was already running, left behind by a host that was killed.</summary>
    public required bool TookOver { get; init; }

    /// <summary>Version and port, for a person.</summary>
    public required string Description { get; init; }

    /// <summary>Starts the cluster, creating it the first time, or takes over the one that is running.</summary>
    /// <exception cref="StartupException">
    /// There are no server programs, the folder cannot be reached, or the server did not start.
    /// </exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var home = await ClusterHome.OpenAsync(options.Directory, cancellationToken);
        var binaries = await ServerBinaries.FindAsync(home.Version, cancellationToken);
        var server = new ClusterServer(home, binaries, options.Throwaway);
        if (home.Version is null)
        {
            await server.InitializeAsync(cancellationToken);
        }

        var left = await server.TakeOverAsync(cancellationToken);
        var running = left ?? await server.LaunchAsync(cancellationToken);
        home.RememberedPort = running.Port;
        return new(server)
        {
            ConnectionString = await server.OpenDatabaseAsync(running, cancellationToken),
            ProcessId = running.ProcessId,
            TookOver = left is not null,
            Description = string.Create(CultureInfo.InvariantCulture, $"version {binaries.MajorVersion} on 127.0.0.1:{running.Port}"),
        };
    }

    /// <summary>Stops the server: open transactions are rolled back, everything committed is kept.</summary>
    public ValueTask DisposeAsync() => new(_server.StopAsync());
}
