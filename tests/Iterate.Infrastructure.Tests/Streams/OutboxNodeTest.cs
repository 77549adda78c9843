using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Iterate.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>A database and a node of its own for each test, whose outbox jobs the test runs by hand.</summary>
public abstract class OutboxNodeTest : IAsyncLifetime
{
    protected const string Project = "prj_1";

    private TestDatabase? _database;
    private TestNode? _node;

    internal TestNode Node => _node!;

    internal ManualTime Time { get; } = new(DateTimeOffset.UtcNow);

    protected static CancellationToken InTime => TestNode.InTime;

    protected string ConnectionString => _database!.ConnectionString;

    protected IStreamsApi Streams => Node.In(Project);

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _node = TestNode.Create(ConnectionString, time: Time);
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await _database!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task EnqueueAsync(Func<IOutbox, IterateDbContext, Task> enqueue, bool commits = true)
    {
        await using var context = await Node.Get<IDbContextFactory<IterateDbContext>>().CreateDbContextAsync(InTime);
        await using var transaction = await context.Database.BeginTransactionAsync(InTime);
        await enqueue(Node.Get<IOutbox>(), context);
        if (commits)
        {
            await transaction.CommitAsync(InTime);
        }
    }

    protected Task EnqueueAsync<TPayload>(TPayload payload)
        where TPayload : class, IOutboxPayload =>
        EnqueueAsync((outbox, context) => outbox.EnqueueAsync(context, new OutboxDraft<TPayload>(payload), InTime));

    /// <summary>Claims what is due of a consumer and runs it, as the lane does.</summary>
    private protected async Task<IReadOnlyList<JobEnd?>> RunAsync(string consumer, bool finishes = true)
    {
        var ends = new List<JobEnd?>();
        foreach (var job in await ClaimAsync(consumer))
        {
            var end = await Node.Get<JobRunner>().RunAsync(Consumer(consumer), job, CancellationToken.None);
            ends.Add(end);
            if (finishes)
            {
                await Node.Get<JobStore>().EndAsync([new(job, end!)], Time.GetUtcNow(), InTime);
            }
        }

        return ends;
    }

    private protected async Task<IReadOnlyList<ClaimedJob>> ClaimAsync(string consumer) =>
        (await Node.Get<JobStore>().EndAndClaimAsync(Consumer(consumer), "by-hand", Time.GetUtcNow(), [], most: 100, InTime)).Claimed;

    /// <summary>The lease of whoever died in the middle of a job runs out.</summary>
    protected void LetLeasesEnd() => Time.Advance(TimeSpan.FromSeconds(31));

    protected async Task<long> CountAsync(string rows)
    {
        await using var command = Node.DataSource.CreateCommand($"select count(*) from {rows}");
        return (long)(await command.ExecuteScalarAsync(InTime))!;
    }

    private OutboxConsumer Consumer(string name) => Node.Get<ConsumerRegistry>().Find(name)!;
}
