using Iterate.Infrastructure.Postgres;

namespace Iterate.Bench;

/// <summary>The database of a run: the one that is named, else a private cluster with stock durability.</summary>
internal static class BenchDatabase
{
    public static async Task<TReport> OnAsync<TReport>(string? connectionString, Func<string, Task<TReport>> measure, CancellationToken cancellationToken)
    {
        if (connectionString is not null)
        {
            return await measure(connectionString);
        }

        var folder = Path.Combine(Path.GetTempPath(), $"iterate-bench-{Path.GetRandomFileName()}");
        try
        {
            await using var cluster = await EmbeddedPostgres.StartAsync(new(folder), cancellationToken);
            return await measure(cluster.ConnectionString);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
