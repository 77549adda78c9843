using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>Tests of a class share a database; each test has a project of its own.</summary>
public sealed class StreamsDatabase : IAsyncLifetime
{
    private TestDatabase? _database;
    private TestNode? _node;

    internal TestNode Node => _node!;

    internal string ConnectionString => _database!.ConnectionString;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _node = await TestNode.StartAsync(ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _node!.DisposeAsync();
        await _database!.DisposeAsync();
    }
}

/// <summary>What the tests of the log share: one node and a few words.</summary>
public abstract class StreamsTest(StreamsDatabase database) : IClassFixture<StreamsDatabase>
{
    private static int _projects;

    protected string Project { get; } = string.Create(CultureInfo.InvariantCulture, $"prj_{Interlocked.Increment(ref _projects)}");

    internal TestNode Node => database.Node;

    internal string ConnectionString => database.ConnectionString;

    protected IStreamsApi Streams => Node.In(Project);

    protected static CancellationToken InTime => TestNode.InTime;

    protected static EventInput Event(string type = "test/happened", object? payload = null, string? key = null, long? offset = null) =>
        new() { Type = type, Payload = JsonText.From(payload ?? new { }), IdempotencyKey = key, Offset = offset };

    protected Task<AppendResponse> Append(string path, params EventInput[] events) =>
        Streams.AppendAsync(new("demo", path, events), InTime);

    protected async Task<IReadOnlyList<StreamEvent>> ReadAll(string path)
    {
        var events = new List<StreamEvent>();
        while (true)
        {
            var page = await Streams.ReadAsync(new("demo", path, AfterOffset: events.Count, Limit: 1_000), InTime);
            events.AddRange(page.Events);
            if (page.AtEnd)
            {
                return events;
            }
        }
    }

    protected async Task<StreamState> StateOf(string path) => (await Streams.StateAsync(new("demo", path), InTime)).CoreState;

    protected async Task Execute(string sql)
    {
        await using var command = Node.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(InTime);
    }

    protected static async Task<ApiException> Refused(Func<Task> call, string code)
    {
        var refusal = await call.ShouldThrowAsync<ApiException>();
        refusal.Code.ShouldBe(code, refusal.Message);
        return refusal;
    }

    protected static void ShouldBeGapless(IReadOnlyList<StreamEvent> events) =>
        events.Select(committed => committed.Offset).ShouldBe(Enumerable.Range(1, events.Count).Select(offset => (long)offset));

    /// <summary>Returns once a statement of the database of <paramref name="node"/> waits for a lock.</summary>
    internal static async Task WaitForLockAsync(TestNode node)
    {
        while (true)
        {
            await using var command = node.DataSource.CreateCommand("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()");
            if (await command.ExecuteScalarAsync(InTime) is > 0L)
            {
                return;
            }
        }
    }
}
