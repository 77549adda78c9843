using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Iterate.Domain;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <inheritdoc cref="IOutbox"/>
internal sealed class OutboxWriter(ConsumerRegistry consumers, OutboxCommits commits, TimeProvider time) : IOutbox
{
    private const int MostDrafts = 1_000;
    private const int MostKeyCharacters = 200;
    private const int MostPayloadBytes = 256 * 1024;
    private static readonly TimeSpan FarthestAhead = TimeSpan.FromDays(365);

    private sealed record NewJob(string JobId, string EventId, string Consumer, DateTimeOffset VisibleAt, int MaxAttempts, string? SerialKey);

    public async Task<string> EnqueueAsync<TPayload>(IterateDbContext context, OutboxDraft<TPayload> draft, CancellationToken cancellationToken)
        where TPayload : class, IOutboxPayload => (await EnqueueManyAsync(context, [draft], cancellationToken))[0];

    public async Task<IReadOnlyList<string>> EnqueueManyAsync<TPayload>(
        IterateDbContext context, IReadOnlyList<OutboxDraft<TPayload>> drafts, CancellationToken cancellationToken)
        where TPayload : class, IOutboxPayload
    {
        var transaction = context.Database.CurrentTransaction?.GetDbTransaction()
            ?? throw new InvalidOperationException("Outbox events are enqueued in the transaction of the change that causes them, and none is open.");
        var now = time.GetUtcNow();
        Check(drafts, now);
        var payloads = drafts.Select(draft => Serialize(draft.Payload)).ToArray();
        var ids = drafts.Select(_ => TypeId.New("obe", time)).ToArray();
        var wanting = consumers.Of(TPayload.EventName).Cast<OutboxConsumer<TPayload>>().ToArray();
        var jobs = drafts.Zip(ids)
            .SelectMany(pair => wanting.Where(consumer => consumer.When(pair.First.Payload)).Select(consumer => new NewJob(
                TypeId.New("obj", time), pair.Second, consumer.Name, (pair.First.VisibleAt ?? now) + consumer.Delay,
                consumer.Retry.Attempts, consumer.SerialKey(pair.First.Payload))))
            .ToArray();

        var connection = (NpgsqlConnection)transaction.Connection!;
        var written = await WriteAsync(connection, TPayload.EventName, drafts, ids, payloads, jobs, now, cancellationToken);
        commits.Expect(transaction, [.. jobs.Where(job => written.Contains(job.EventId)).Select(job => job.Consumer).Distinct(StringComparer.Ordinal)]);
        return written.Count == ids.Length ? ids : await WithEarlierAsync(connection, TPayload.EventName, drafts, ids, written, cancellationToken);
    }

    private static void Check<TPayload>(IReadOnlyList<OutboxDraft<TPayload>> drafts, DateTimeOffset now)
        where TPayload : class, IOutboxPayload
    {
        if (drafts.Count is < 1 or > MostDrafts)
        {
            throw new ArgumentException($"1 to {MostDrafts} events are enqueued at a time, not {drafts.Count}.", nameof(drafts));
        }

        if (drafts.FirstOrDefault(draft => draft.DedupKey is { Length: 0 or > MostKeyCharacters }) is not null)
        {
            throw new ArgumentException($"A dedup key has 1 to {MostKeyCharacters} characters.", nameof(drafts));
        }

        if (drafts.FirstOrDefault(draft => draft.VisibleAt - now > FarthestAhead) is not null)
        {
            throw new ArgumentException($"Work is scheduled at most {FarthestAhead.TotalDays} days ahead.", nameof(drafts));
        }
    }

    private static string Serialize<TPayload>(TPayload payload)
    {
        var json = JsonSerializer.Serialize(payload, ApiJson.Options);
        return Encoding.UTF8.GetByteCount(json) <= MostPayloadBytes
            ? json
            : throw new ApiException(ErrorCodes.PayloadTooLarge, $"An outbox payload holds at most {MostPayloadBytes / 1024} KiB; pass what is larger by reference.");
    }

    private static async Task<HashSet<string>> WriteAsync<TPayload>(
        NpgsqlConnection connection, string name, IReadOnlyList<OutboxDraft<TPayload>> drafts, string[] ids, string[] payloads, NewJob[] jobs,
        DateTimeOffset now, CancellationToken cancellationToken)
        where TPayload : class, IOutboxPayload
    {
        await using var command = new NpgsqlCommand(
            """
            with draft as (
                select * from unnest($1, $2, $3, $4, $5) with ordinality as draft (event_id, payload, dedup_key, organization_id, project_id, number)
            ), keyed as (
                insert into outbox_dedup_key (name, key, event_id, created_at)
                select $6, dedup_key, event_id, $7 from draft where dedup_key is not null
                on conflict (name, key) do nothing
                returning event_id
            ), fact as (
                insert into outbox_event (event_id, name, payload, context, dedup_key, organization_id, project_id, created_at)
                select event_id, $6, payload, $8, dedup_key, organization_id, project_id, $7
                from draft where dedup_key is null or event_id in (select event_id from keyed)
                order by number
                returning seq, event_id
            ), work as (
                insert into outbox_job (job_id, event_seq, consumer, visible_at, max_attempts, serial_key)
                select job_id, seq, consumer, visible_at, max_attempts, serial_key
                from unnest($9, $10, $11, $12, $13, $14) with ordinality as job (job_id, event_id, consumer, visible_at, max_attempts, serial_key, number)
                join fact using (event_id)
                order by number
            )
            select event_id from fact
            """,
            connection);
        command.Parameters.Add(Sql.Array(ids, id => id));
        command.Parameters.Add(Sql.JsonArray(payloads, payload => payload));
        command.Parameters.Add(Sql.Array(drafts, draft => draft.DedupKey));
        command.Parameters.Add(Sql.Array(drafts, draft => draft.OrganizationId));
        command.Parameters.Add(Sql.Array(drafts, draft => draft.ProjectId));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter { Value = ContextJson(), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb });
        command.Parameters.Add(Sql.Array(jobs, job => job.JobId));
        command.Parameters.Add(Sql.Array(jobs, job => job.EventId));
        command.Parameters.Add(Sql.Array(jobs, job => job.Consumer));
        command.Parameters.Add(Sql.Array(jobs, job => job.VisibleAt.UtcDateTime));
        command.Parameters.Add(Sql.Array(jobs, job => job.MaxAttempts));
        command.Parameters.Add(Sql.Array(jobs, job => job.SerialKey));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var written = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            written.Add(reader.GetString(0));
        }

        return written;
    }

    /// <summary>Ids with those that had a dedup key before in the place of the ones that were not written.</summary>
    private static async Task<IReadOnlyList<string>> WithEarlierAsync<TPayload>(
        NpgsqlConnection connection, string name, IReadOnlyList<OutboxDraft<TPayload>> drafts, string[] ids, HashSet<string> written,
        CancellationToken cancellationToken)
        where TPayload : class, IOutboxPayload
    {
        // Another statement: it sees what the conflict waited for.
        await using var command = new NpgsqlCommand("select key, event_id from outbox_dedup_key where name = $1 and key = any($2)", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(Sql.Array([.. drafts.Where(draft => draft.DedupKey is not null)], draft => draft.DedupKey));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var earlier = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            earlier.Add(reader.GetString(0), reader.GetString(1));
        }

        return [.. ids.Zip(drafts, (id, draft) => written.Contains(id) ? id : earlier[draft.DedupKey!])];
    }

    private static string ContextJson()
    {
        var cause = OutboxJobContext.Current is { } job ? new { job.EventId, job.JobId, job.Consumer } : null;
        return JsonSerializer.Serialize(new { CausedBy = cause, TraceId = Activity.Current?.TraceId.ToString() }, ApiJson.Options);
    }
}
