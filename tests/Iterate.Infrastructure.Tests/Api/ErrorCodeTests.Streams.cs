using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Streams;
using Iterate.Infrastructure.Tests.Streams;
using Iterate.Testing;
using Npgsql;

namespace Iterate.Infrastructure.Tests.Api;

public sealed partial class ErrorCodeTests
{
    private const string Configured = "stream/subscription-configured";

    private static Dictionary<string, Func<ErrorCodeTests, Task>> OfStreams => new(StringComparer.Ordinal)
    {
        [ErrorCodes.InvalidInput] = test => test.Streams.ReadAsync(new("demo", "/a", Limit: 0), InTime),
        [ErrorCodes.InvalidPath] = test => test.Append("/A", Event()),
        [ErrorCodes.InvalidEvent] = test => test.Append("/a", Event(type: "")),
        [ErrorCodes.EventTooLarge] = test => test.Append("/a", Event(payload: new string('x', EventAdmission.MaxEventBytes))),
        [ErrorCodes.BatchTooLarge] = test => test.Append("/a", [.. Enumerable.Repeat(Event(), EventAdmission.MaxBatchEvents + 1)]),
        [ErrorCodes.ReservedEventType] = test => test.Append("/a", Event("stream/created")),
        [ErrorCodes.Forbidden] = async test =>
        {
            var breaker = Event("stream/breaker-configured", new { burstCapacity = 1, refillPerMinute = 1 });
            await test.Node.In(test.Project, OrganizationRole.Member).AppendAsync(new("demo", "/a", [breaker]), InTime);
        },
        [ErrorCodes.NotFound] = test => test.Streams.AppendAsync(new("demo", "/a", [Event()], MustExist: true), InTime),
        [ErrorCodes.OffsetConflict] = test => test.Append("/a", Event(offset: 9)),
        [ErrorCodes.IdempotencyConflict] = async test =>
        {
            await test.Append("/a", Event(payload: 1, key: "k"));
            await test.Append("/a", Event(payload: 2, key: "k"));
        },
        [ErrorCodes.StreamPaused] = test => test.Append("/a", Event("stream/paused"), Event()),
        [ErrorCodes.StreamArchived] = async test =>
        {
            await test.Append("/a", Event());
            await test.Streams.ArchiveAsync(new("demo", "/a"), InTime);
            await test.Append("/a", Event());
        },
        [ErrorCodes.StreamHasChildren] = async test =>
        {
            await test.Append("/a", Event());
            await test.Append("/a/b", Event());
            await test.Streams.DeleteAsync(new("demo", "/a", "/a"), InTime);
        },
        [ErrorCodes.StreamDeleted] = async test =>
        {
            await test.DeleteAsync("/a");
            await test.Append("/a", Event());
        },
        [ErrorCodes.StreamReplaced] = async test =>
        {
            var deleted = await test.DeleteAsync("/a");
            await test.Streams.CreateAsync(new("demo", "/a") { Recreate = true }, InTime);
            await test.Streams.ReadAsync(new("demo", "/a", StreamId: deleted), InTime);
        },
        [ErrorCodes.CursorAhead] = async test =>
        {
            await test.Append("/a", Event());
            await test.Streams.ReadAsync(new("demo", "/a", AfterOffset: 3), InTime);
        },
        [ErrorCodes.SubscriberTypeChanged] = test => test.Append(
            "/a", Subscription("k", new { type = "processor", slug = "echo" }), Subscription("k", new { type = "webhook", url = "https://example.test/" })),
        [ErrorCodes.TooManySubscriptions] = test => test.Append(
            "/a", [.. Enumerable.Range(0, 65).Select(number => Subscription($"k{number}", new { type = "processor", slug = "echo" }))]),
        [ErrorCodes.StreamStateTooLarge] = test => test.Append("/a", LargeSubscription("one"), LargeSubscription("two")),
        [ErrorCodes.PayloadTooLarge] = async test =>
        {
            await test.Append("/a", Event());
            await test.Streams.SendEphemeralAsync(new("demo", "/a", "typing") { Payload = JsonText.From(new string('x', AdmittedFrame.MaxBytes)) }, InTime);
        },
        [ErrorCodes.TooManyFollowers] = test => test.FollowOnceMoreThanAllowedAsync(),
        [ErrorCodes.StreamImporting] = async test =>
        {
            await test.Streams.ImportStartAsync(new("demo", "/a", ImportMode.Restore), InTime);
            await test.Append("/a", Event());
        },
        [ErrorCodes.ImportPosition] = async test =>
        {
            var import = await test.Streams.ImportStartAsync(new("demo", "/a", ImportMode.Restore), InTime);
            await test.Streams.ImportChunkAsync(new("demo", import.Id, 2, "\n"), InTime);
        },
        [ErrorCodes.InvalidState] = async test =>
        {
            var import = await test.Streams.ImportStartAsync(new("demo", "/a", ImportMode.Restore), InTime);
            await test.Streams.ImportFinishAsync(new("demo", import.Id), InTime);
        },
        [ErrorCodes.NameTaken] = async test =>
        {
            await test.Append("/a", Event());
            await test.Streams.ImportStartAsync(new("demo", "/a", ImportMode.Restore), InTime);
        },
        [ErrorCodes.Busy] = async test => await (await test.OutwaitAsync()).Queued,
        [ErrorCodes.AppendOutcomeUnknown] = async test => await (await test.OutwaitAsync()).InTransaction,
        [ErrorCodes.DatabaseUnavailable] = async test =>
        {
            var nowhere = new NpgsqlConnectionStringBuilder(test.ConnectionString) { Host = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()) };
            await using var node = TestNode.Create(nowhere.ConnectionString);
            await node.In(test.Project).AppendAsync(new("demo", "/a", [Event()]), InTime);
        },
    };

    private static EventInput Subscription(string key, object subscriber) => Event(Configured, new { subscriptionKey = key, subscriber });

    private static EventInput LargeSubscription(string key) => Event(
        Configured,
        new { subscriptionKey = key, subscriber = new { type = "processor", slug = "echo" }, filter = new { payload = new { x = new string('x', 600 * 1024) } } });

    private async Task<string> DeleteAsync(string path)
    {
        var created = await Append(path, Event());
        await Streams.DeleteAsync(new("demo", path, path), InTime);
        return created.StreamId;
    }

    private async Task FollowOnceMoreThanAllowedAsync()
    {
        await Append("/a", Event());
        var page = Node.In(Project, new Caller { UserId = "usr_test", CircuitId = Project });
        var follows = new List<IAsyncEnumerator<StreamBatch>>();
        try
        {
            for (var follow = 0; follow <= FollowerSlots.OfCircuit; follow++)
            {
                follows.Add(page.FollowAsync(new("demo", "/a"), InTime).GetAsyncEnumerator(InTime));
                await follows[^1].MoveNextAsync();
            }
        }
        finally
        {
            foreach (var follow in follows)
            {
                await follow.DisposeAsync();
            }
        }
    }

    /// <summary>Two appends whose callers have waited as long as a caller does, one in a transaction that waits for a row, one behind it.</summary>
    private async Task<(Task InTransaction, Task Queued)> OutwaitAsync()
    {
        var time = new ManualTime();
        await using var node = TestNode.Create(ConnectionString, time: time);
        var streams = node.In(Project);
        await streams.AppendAsync(new("demo", "/a", [Event()]), InTime);
        await using var connection = await Node.DataSource.OpenConnectionAsync(InTime);
        await using var transaction = await connection.BeginTransactionAsync(InTime);
        await using var hold = new NpgsqlCommand("select id from stream where project_id = $1 for update", connection, transaction) { Parameters = { new() { Value = Project } } };
        await hold.ExecuteNonQueryAsync(InTime);

        var inTransaction = streams.AppendAsync(new("demo", "/a", [Event()]), InTime);
        await WaitForLockAsync(node);
        var queued = streams.AppendAsync(new("demo", "/a", [Event()]), InTime);
        time.Advance(TimeSpan.FromSeconds(10));
        Task both = Task.WhenAll(inTransaction, queued);
        await both.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await transaction.RollbackAsync(InTime);
        return (inTransaction, queued);
    }
}
