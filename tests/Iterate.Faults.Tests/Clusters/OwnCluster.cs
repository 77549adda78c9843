using System.Diagnostics;
using System.Globalization;
using Iterate.Infrastructure.Postgres;
using Iterate.Testing;
using Npgsql;

namespace Iterate.Faults.Tests.Clusters;

/// <summary>A PostgreSQL of one test, with the settings of a real one, that may die and be started again.</summary>
internal sealed class OwnCluster : IAsyncDisposable
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(10);

    private readonly string _folder;
    private EmbeddedPostgres _server;

    private OwnCluster(string folder, EmbeddedPostgres server)
    {
        _folder = folder;
        _server = server;
        DataSource = NpgsqlDataSource.Create(server.ConnectionString);
    }

    /// <summary>A migrated database; the same over restarts.</summary>
    public string ConnectionString => _server.ConnectionString;

    public NpgsqlDataSource DataSource { get; }

    /// <param name="folder">Absolute path of a folder that is not there yet; removed in the end.</param>
    public static async Task<OwnCluster> StartAsync(string folder)
    {
        Reaper.Watch(folder);
        var server = await EmbeddedPostgres.StartAsync(new(folder), CancellationToken.None);
        await DatabaseMigrator.MigrateAsync(server.ConnectionString, CancellationToken.None);
        return new(folder, server);
    }

    /// <summary>A folder of its own among the temporary ones.</summary>
    public static string NewFolder() => Path.Combine(Path.GetTempPath(), $"iterate-faults-{Environment.ProcessId}-{Path.GetRandomFileName()}");

    /// <summary>kill -9 of the server and all its processes.</summary>
    public async Task KillAsync()
    {
        using var postmaster = Process.GetProcessById(_server.ProcessId);
        var children = await File.ReadAllTextAsync($"/proc/{_server.ProcessId}/task/{_server.ProcessId}/children");
        postmaster.Kill();
        foreach (var child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Kill(int.Parse(child, CultureInfo.InvariantCulture));
        }

        await postmaster.WaitForExitAsync().WaitAsync(EndTimeout);
        DataSource.Clear();
    }

    /// <summary>Starts the server if it does not run, at the address it had.</summary>
    public async Task StartAgainAsync()
    {
        var before = _server.ConnectionString;
        _server = await EmbeddedPostgres.StartAsync(new(_folder), CancellationToken.None);
        if (_server.ConnectionString != before)
        {
            throw new InvalidOperationException("Somebody took the port of the server meanwhile.");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static void Kill(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended by itself.
        }
    }
}
