using System.Security.Cryptography;
using Npgsql;

namespace Iterate.Infrastructure.Postgres;

/// <summary>
/// The database the host serves from, ready to use: a PostgreSQL somebody else runs, or a private one under the data
/// directory, which stops when this is disposed.
/// </summary>
public sealed class IterateDatabase : IAsyncDisposable
{
    private const int PlaceNameLength = 12;

    private readonly EmbeddedPostgres? _embedded;

    private IterateDatabase(string connectionString, EmbeddedPostgres? embedded)
    {
        ConnectionString = connectionString;
        _embedded = embedded;
    }

    /// <summary>Connects to the migrated database.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts, or takes over, the private cluster unless there is an external one, and migrates.</summary>
    /// <param name="external">Setting <c>ConnectionStrings:Iterate</c>; null or empty for the private cluster.</param>
    /// <param name="directory">The data directory, held by this process.</param>
    /// <param name="say">Gets one line for each thing done.</param>
    /// <param name="cancellationToken">Gives up; a cluster started by then is stopped.</param>
    /// <exception cref="StartupException">What is missing, in one sentence.</exception>
    public static async Task<IterateDatabase> StartAsync(
        string? external, DataDirectory directory, Action<string> say, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(external))
        {
            var address = Parse(external);
            say($"using the PostgreSQL at {address.Host}:{address.Port}, database {address.Database}");
            await DatabaseMigrator.MigrateAsync(external, cancellationToken);
            return new(external, embedded: null);
        }

        var embedded = await EmbeddedPostgres.StartAsync(new(await PlaceAsync(directory, say, cancellationToken)), cancellationToken);
        try
        {
            say($"{(embedded.TookOver ? "took over the" : "started a")} private PostgreSQL, {embedded.Description}");
            await DatabaseMigrator.MigrateAsync(embedded.ConnectionString, cancellationToken);
            return new(embedded.ConnectionString, embedded);
        }
        catch
        {
            await embedded.DisposeAsync();
            throw;
        }
    }

    private static NpgsqlConnectionStringBuilder Parse(string external)
    {
        try
        {
            return new(external);
        }
        catch (ArgumentException exception)
        {
            // The message of the exception may quote what was said, and with it a password.
            throw new StartupException(
                "The setting ConnectionStrings__Iterate is not a connection string like 'Host=db;Database=iterate;Username=me;Password=secret'.", exception);
        }
    }

    /// <summary>Stops the private cluster.</summary>
    public ValueTask DisposeAsync() => _embedded?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>
    /// The cluster lives in the data directory. Where the server's user cannot get there, as under /root, it lives
    /// below /var/lib and the data directory links to it.
    /// </summary>
    private static async Task<string> PlaceAsync(DataDirectory directory, Action<string> say, CancellationToken cancellationToken)
    {
        var place = new DirectoryInfo(directory.PostgresPath);
        if (place is { LinkTarget: { } target, Exists: false })
        {
            throw new StartupException($"{place.FullName} points to {target}, where the database should be, but that folder is gone.");
        }

        var user = ServerUser.Find();
        if (place.Exists || await user.CanEnterAsync(directory.Path, cancellationToken))
        {
            // The link itself may lie where the server's user cannot follow it.
            return place.LinkTarget ?? place.FullName;
        }

        var elsewhere = $"/var/lib/iterate-{RandomNumberGenerator.GetHexString(PlaceNameLength, lowercase: true)}";
        try
        {
            await ClusterHome.OpenAsync(elsewhere, cancellationToken);
            Directory.CreateSymbolicLink(place.FullName, elsewhere);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"The user '{user.OtherName}', as whom PostgreSQL runs, cannot enter {directory.Path}, and {elsewhere} cannot be created; choose another folder with --data.",
                exception);
        }

        say($"the database goes to {elsewhere}, because the user '{user.OtherName}' cannot enter {directory.Path}");
        return elsewhere;
    }
}
