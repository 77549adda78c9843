using Iterate.Domain.Api;
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

    private async Task FillAsync(string path, Func<int, string> type)
    {
        foreach (var batch in Enumerable.Range(0, Events).Chunk(1_000))
        {
            await Append(path, [.. batch.Select(number => Event(type(number), new { number }, key: $"{number}"))]);
        }
    }
}
