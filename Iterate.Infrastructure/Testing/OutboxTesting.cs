using Iterate.Domain;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Testing;

/// <summary>Makes and removes outbox work for specs.</summary>
internal sealed class OutboxTesting(
    NpgsqlDataSource dataSource, OutboxInserts inserts, OutboxWakeUps wakeUps, OutboxNode node, QueueProcessing queue, TimeProvider time)
{
    private const string NobodysConsumer = "consumer-of-another-build";

    private const int MostPurges = 5;

    // One statement sees an event with its jobs or not at all, and needs no lock that lanes take in another order.
    private const string Purge = """
        with jobs as (delete from outbox_job),
        keys as (delete from outbox_dedup_key),
        lanes as (delete from outbox_paused_lane),
        failures as (delete from outbox_failure),
        events as (delete from outbox_event returning seq)
        select count(*) from events
        """;

    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

    public Task<IReadOnlyList<string>> EmitAsync(TestEmission name, int count, CancellationToken cancellationToken) => name switch
    {
        TestEmission.Succeed => EmitAsync(count, number => new TestPoked($"hi {number}"), cancellationToken),
        TestEmission.Flaky => EmitAsync(count, number => new TestWobbled(number), cancellationToken),
        TestEmission.Fail => EmitAsync(count, number => new TestSpoiled(number), cancellationToken),
        TestEmission.Slow => EmitAsync(count, number => new TestStalled(number), cancellationToken),
        _ => EmitAsync(count, number => new TestPoisoned(number), cancellationToken),
    };

    public Task<InsertedTestJob> InsertMalformedJobAsync(CancellationToken cancellationToken) =>
        InsertAsync(TestPoked.EventName, """{"whisper":"not a poke"}""", "log-poke", cancellationToken);

    public Task<InsertedTestJob> InsertMissingConsumerJobAsync(CancellationToken cancellationToken) =>
        InsertAsync("testing/misdirected", "{}", NobodysConsumer, cancellationToken);

    public async Task<long> PurgeAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Purge);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
            }
            catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DeadlockDetected && attempt < MostPurges)
            {
                // A lane was ending some of the same jobs in another order.
            }
        }
    }

    public async Task<RunUntilIdleResponse> RunUntilIdleAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            var left = longest - time.GetElapsedTime(since);
            await queue.RunAsync(left < Slice ? left : Slice, cancellationToken);
            var unfinished = await UnfinishedAsync(cancellationToken);
            if (unfinished == 0 || left <= Slice)
            {
                return new(unfinished == 0, unfinished);
            }
        }
    }

    /// <summary>Jobs that are due, run or rest in lanes that go on.</summary>
    private async Task<int> UnfinishedAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select count(*)::integer from outbox_job as job
            where archived_at is null and consumer <> $1 and (status = 'retrying' or visible_at <= $2 or lease_until >= $2)
                and not exists (select from outbox_paused_lane as paused where paused.consumer = job.consumer)
            """);
        command.Parameters.Add(Sql.Text(NobodysConsumer));
        command.Parameters.Add(Sql.Time(node.Now));
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<IReadOnlyList<string>> EmitAsync<TPayload>(int count, Func<int, TPayload> payload, CancellationToken cancellationToken)
        where TPayload : class, IOutboxPayload
    {
        var insert = inserts.Prepare<TPayload>([.. Enumerable.Range(1, count).Select(number => new OutboxDraft<TPayload>(payload(number)))]);
        await WriteAsync(insert, cancellationToken);
        return insert.EventIds;
    }

    private async Task<InsertedTestJob> InsertAsync(string name, string payload, string consumer, CancellationToken cancellationToken)
    {
        var (eventId, jobId) = (TypeId.New("obe", time), TypeId.New("obj", time));
        await WriteAsync(
            new(name, [new(eventId, payload, null, null, null)], [new(jobId, eventId, consumer, node.Now, RetryPolicy.Default.Attempts, null)], node.Now),
            cancellationToken);
        return new(eventId, jobId);
    }

    private async Task WriteAsync(OutboxInsert insert, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { insert.Command() } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        wakeUps.Committed(insert.Lanes);
    }
}
