using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

public sealed class FirstImportTests(StreamsDatabase database) : StreamsTest(database)
{
    private const int Batches = 6;
    private const int BatchEvents = 500;

    /// <summary>The statements were planned when the tables were empty, and the plans are kept.</summary>
    [Fact]
    public async Task Looking_for_a_key_reads_one_event_however_long_the_stream_has_become()
    {
        await using var fresh = await TestDatabase.CreateAsync();
        await using (var node = TestNode.Create(fresh.ConnectionString))
        {
            var streams = node.In(Project);
            for (var time = 0; time < 2; time++)
            {
                for (var batch = 0; batch < Batches; batch++)
                {
                    await streams.AppendAsync(new("demo", "/a", Keyed(batch)), InTime);
                }
            }
        }

        (await EventsFetchedAsync(fresh.ConnectionString)).ShouldBeLessThan(3 * Batches * BatchEvents);
    }

    private static EventInput[] Keyed(int batch) =>
        [.. Enumerable.Range(batch * BatchEvents, BatchEvents).Select(number => Event(key: number.ToString(CultureInfo.InvariantCulture)))];

    /// <summary>A connection hands over what it counted when it ends.</summary>
    private static async Task<long> EventsFetchedAsync(string connectionString)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using var end = dataSource.CreateCommand(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        await end.ExecuteNonQueryAsync(InTime);
        await using var fetched = dataSource.CreateCommand("select idx_tup_fetch + seq_tup_read from pg_stat_user_tables where relname = 'stream_event'");
        return (long)(await fetched.ExecuteScalarAsync(InTime))!;
    }
}
