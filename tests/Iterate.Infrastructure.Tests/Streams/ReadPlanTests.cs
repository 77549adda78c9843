using Iterate.Domain.Api;
using Iterate.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>Reads reach events by index, whatever plan the database made and kept (requirement S-81, test S-T19).</summary>
public sealed class ReadPlanTests(StreamsDatabase database) : StreamsTest(database)
{
    // Statements are planned anew five times, then with one plan for all parameters.
    private const int Repetitions = 7;
    private const int Events = 3_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_read_of_any_kind_scans_the_table(bool analyzed)
    {
        await FillAsync("/one", number => $"type/{number % 5}");
        await FillAsync("/many", number => $"type/{number % 80}");
        await Node.DataSource.CreateCommand(analyzed ? "analyze stream_event" : "select 1").ExecuteNonQueryAsync(InTime);

        // One connection, so that the statistics of this session are those of every read.
        var address = new NpgsqlConnectionStringBuilder(ConnectionString) { MaxPoolSize = 1 };
        await using var reader = TestNode.Create(address.ConnectionString);
        var before = await ScansAsync(reader);
        for (var round = 0; round < Repetitions; round++)
        {
            await ReadInEveryWayAsync(reader.In(Project), round * 300);
        }

        var after = await ScansAsync(reader);
        after.Sequential.ShouldBe(before.Sequential);
        after.Index.ShouldBeGreaterThan(before.Index);
    }

    [Fact]
    public async Task A_page_costs_a_page_before_anything_is_known_of_the_table()
    {
        await using var own = await TestDatabase.CreateAsync();
        await using var node = await TestNode.StartAsync(own.ConnectionString);
        await node.DataSource.CreateCommand("alter table stream_event set (autovacuum_enabled = false)").ExecuteNonQueryAsync(InTime);
        foreach (var batch in Enumerable.Range(0, Events).Chunk(1_000))
        {
            await node.In(Project).AppendAsync(new("demo", "/one", [.. batch.Select(number => Event(number % 2 == 0 ? "even" : "odd", new { number }))]), InTime);
        }

        // As if it were a long table: of a short one any plan reads little.
        await node.DataSource.CreateCommand("""
            update pg_class set relpages = pg_relation_size(oid) / 8192, reltuples = 100 * (select count(*) from stream_event) where relname = 'stream_event'
            """).ExecuteNonQueryAsync(InTime);

        // A new connection each, because a statement is planned for its parameters only the first few times.
        EventFilter?[] filters = [null, new() { Types = ["odd"] }, new() { Contains = "number" }, new() { Types = ["odd"], Contains = "number" }];
        foreach (var direction in Enum.GetValues<ReadDirection>())
        {
            foreach (var filter in filters)
            {
                await using var reader = TestNode.Create(new NpgsqlConnectionStringBuilder(own.ConnectionString) { MaxPoolSize = 1, ApplicationName = $"{direction}{Array.IndexOf(filters, filter)}" }.ConnectionString);
                var before = await FetchedAsync(reader);
                await reader.In(Project).ReadAsync(new("demo", "/one", AfterOffset: 0, BeforeOffset: Events, Limit: 20, Direction: direction, Filter: filter), InTime);
                (await FetchedAsync(reader) - before).ShouldBeLessThan(filter?.Contains is null ? 100 : Events / 2, $"{direction} {filter}");
            }
        }
    }

    [Fact]
    public async Task A_folder_costs_its_children_however_much_lies_below_them()
    {
        await using var own = await TestDatabase.CreateAsync();
        await using var node = await TestNode.StartAsync(own.ConnectionString);
        await node.In(Project).AppendAsync(new("demo", "/a/b/c", [Event("note/added", new { number = 1 })]), InTime);
        await node.DataSource.CreateCommand($"""
            insert into stream (stream_id, project_id, path, parent_path, depth, state_version, head_offset, last_event_at)
            select 'str_' || number, '{Project}', '/a/b/' || number, '/a/b', 3, 0, 1, now() from generate_series(1, 100000) number;
            analyze stream
            """).ExecuteNonQueryAsync(InTime);

        await using var reader = TestNode.Create(new NpgsqlConnectionStringBuilder(own.ConnectionString) { MaxPoolSize = 1 }.ConnectionString);
        foreach (var sort in Enum.GetValues<StreamSort>())
        {
            var before = await FetchedAsync(reader, "stream");
            await reader.In(Project).ListAsync(new("demo", Sort: sort), InTime);
            (await FetchedAsync(reader, "stream") - before).ShouldBeLessThan(100, $"{sort}");
        }
    }

    private static async Task ReadInEveryWayAsync(IStreamsApi streams, long offset)
    {
        EventFilter[] filters =
        [
            new() { Types = ["type/1"] }, new() { Types = ["type/*"] }, new() { Types = ["none"] },
            new() { Contains = "number" }, new() { Types = ["type/1", "type/2"], Payload = JsonText.From(new { number = 7 }) },
        ];
        foreach (var path in (string[])["/one", "/many"])
        {
            foreach (var filter in filters.Append(null))
            {
                await streams.ReadAsync(new("demo", path, offset, Filter: filter), InTime);
                await streams.ReadAsync(new("demo", path, BeforeOffset: Events - offset, Direction: ReadDirection.Backward, Filter: filter), InTime);
                await streams.CountAsync(new("demo", path, filter), InTime);
                await streams.WaitForEventAsync(new("demo", path, Filter: filter, AfterOffset: offset, TimeoutMs: 0), InTime);
            }

            await streams.GetEventAsync(new("demo", path, Offset: offset + 1), InTime);
            await streams.GetEventAsync(new("demo", path, IdempotencyKey: "1000"), InTime);
            await streams.LocateAsync(new("demo", path, Marks: 32), InTime);
            await streams.LocateAsync(new("demo", path, Time: DateTimeOffset.UnixEpoch), InTime);
        }
    }

    private static async Task<(long Sequential, long Index)> ScansAsync(TestNode node)
    {
        await node.DataSource.CreateCommand("select pg_stat_force_next_flush()").ExecuteNonQueryAsync(InTime);
        await using var command = node.DataSource.CreateCommand("select seq_scan, idx_scan from pg_stat_user_tables where relname = 'stream_event'");
        await using var reader = await command.ExecuteReaderAsync(InTime);
        await reader.ReadAsync(InTime);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static async Task<long> FetchedAsync(TestNode node, string table = "stream_event")
    {
        await node.DataSource.CreateCommand("select pg_stat_force_next_flush()").ExecuteNonQueryAsync(InTime);
        await using var command = node.DataSource.CreateCommand($"select idx_tup_fetch + seq_tup_read from pg_stat_user_tables where relname = '{table}'");
        return (long)(await command.ExecuteScalarAsync(InTime))!;
    }

    private async Task FillAsync(string path, Func<int, string> type)
    {
        foreach (var batch in Enumerable.Range(0, Events).Chunk(1_000))
        {
            await Append(path, [.. batch.Select(number => Event(type(number), new { number }, key: $"{number}"))]);
        }
    }
}
