using System.Text.Json;
using Iterate.Domain.Api;
using Npgsql;
using NpgsqlTypes;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Claims jobs and says how they ended. Every claim has an epoch, and whoever comes with an older one changes nothing
/// (requirement O-22). Times are those of the caller (requirement O-30).
/// </summary>
internal sealed class JobStore(NpgsqlDataSource dataSource)
{
    // What an attempt that lost its lease left behind is written by the claim that follows it (requirement O-27).
    private const string Claim = """
        update outbox_job as job
        set claimed_by = $4, claim_epoch = claim_epoch + 1, lease_until = $5, read_count = read_count + 1, started_at = $2,
            results = case when job.lease_until is null then job.results else
                (job.results || jsonb_build_object(
                    'attempt', job.read_count, 'outcome', 'lease-expired', 'text', 'The lease ended before the attempt did.', 'code', 'lease-expired',
                    'node', job.claimed_by, 'startedAt', to_char(job.started_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                    'durationMs', (extract(epoch from job.lease_until - job.started_at) * 1000)::bigint))[greatest(1, cardinality(job.results) - 48):] end
        from due, outbox_event as fact
        where job.seq = due.seq and fact.seq = job.event_seq
        returning job.seq, job.job_id, job.consumer, job.claim_epoch, job.read_count, job.postponed, job.max_attempts, job.started_at, fact.event_id, fact.payload::text
        """;

    private const string Due = "consumer = $1 and archived_at is null and visible_at <= $2 and (lease_until is null or lease_until < $2)";

    private static readonly string ClaimParallel = $"""
        with due as (select seq from outbox_job where {Due} order by visible_at, seq limit $3 for update skip locked)
        {Claim}
        """;

    // One node at a time looks, so that two cannot take two jobs of one key (requirement O-21).
    private static readonly string ClaimSerial = $"""
        with first as (
            select distinct on (coalesce(serial_key, job_id)) seq, visible_at from outbox_job as candidate
            where {Due} and (serial_key is null or not exists (
                select from outbox_job as held
                where held.consumer = $1 and held.serial_key = candidate.serial_key and held.lease_until >= $2))
            order by coalesce(serial_key, job_id), visible_at, seq
        ), due as (
            select seq from outbox_job where seq in (select seq from first order by visible_at, seq limit $3) for update skip locked
        )
        {Claim}
        """;

    private const string End = """
        update outbox_job
        set status = $3, visible_at = coalesce($4, visible_at), archived_at = $5, finished_at = coalesce($5, finished_at), lease_until = null, claimed_by = null,
            read_count = read_count - $6, postponed = postponed + $7,
            results = case when $8::jsonb is null then results else (results || $8::jsonb)[greatest(1, cardinality(results) - 48):] end
        where seq = $1 and claim_epoch = $2 and lease_until is not null
        """;

    /// <summary>Takes up to <paramref name="most"/> jobs that are due, the longest due first (requirement O-19).</summary>
    public async Task<IReadOnlyList<ClaimedJob>> ClaimAsync(
        OutboxConsumer consumer, string node, DateTimeOffset now, int most, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        if (consumer.IsSerial)
        {
            // A statement of its own: the next one then sees what the holder before us committed.
            batch.BatchCommands.Add(new("select pg_advisory_xact_lock(hashtextextended($1, 0))") { Parameters = { Text($"outbox:{consumer.Name}") } });
        }

        batch.BatchCommands.Add(new(consumer.IsSerial ? ClaimSerial : ClaimParallel)
        {
            Parameters =
            {
                Text(consumer.Name), Time(now), new NpgsqlParameter<int> { TypedValue = most }, Text(node), Time(now + consumer.VisibilityTimeout),
            },
        });
        var claimed = new List<ClaimedJob>();
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            if (consumer.IsSerial)
            {
                await reader.NextResultAsync(cancellationToken);
            }

            while (await reader.ReadAsync(cancellationToken))
            {
                claimed.Add(new(
                    reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetInt32(5), reader.GetInt32(6),
                    reader.GetFieldValue<DateTimeOffset>(7), reader.GetString(8), reader.GetString(9)));
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return claimed;
    }

    /// <summary>Hides a job for longer. False when it is not ours any more.</summary>
    public async Task<bool> RenewAsync(ClaimedJob job, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "update outbox_job set lease_until = $3 where seq = $1 and claim_epoch = $2 and lease_until is not null");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = job.Seq });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = job.Epoch });
        command.Parameters.Add(Time(until));
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Writes how an attempt ended. False when the job is not ours any more: nothing was changed.</summary>
    public async Task<bool> EndAsync(ClaimedJob job, JobEnd end, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await EndAsync(connection, job, end, now, cancellationToken);
    }

    /// <summary>The same in a transaction that is open on <paramref name="connection"/>.</summary>
    public static async Task<bool> EndAsync(
        NpgsqlConnection connection, ClaimedJob job, JobEnd end, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (status, visibleAt, archived, result) = end switch
        {
            JobEnd.Succeeded succeeded => ("success", (DateTimeOffset?)null, true, succeeded.Result),
            JobEnd.Failed failed => ("failed", null, true, failed.Result),
            JobEnd.Retried retried => ("retrying", retried.VisibleAt, false, retried.Result),
            JobEnd.PutOff putOff => ("pending", putOff.VisibleAt, false, null),
            JobEnd.GivenBack => ("pending", null, false, (AttemptResult?)null),
            _ => throw new ArgumentOutOfRangeException(nameof(end), end, "Not an end of a job."),
        };
        await using var command = new NpgsqlCommand(End, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = job.Seq });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = job.Epoch });
        command.Parameters.Add(Text(status));
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)visibleAt?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter { Value = archived ? now.UtcDateTime : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = end is JobEnd.PutOff or JobEnd.GivenBack ? 1 : 0 });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = end is JobEnd.PutOff ? 1 : 0 });
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = result is null ? DBNull.Value : JsonSerializer.Serialize(result, ApiJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb,
        });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>When the next job of each lane is due; one query for all of them. Lanes without a job are left out.</summary>
    public async Task<IReadOnlyList<(string Consumer, DateTimeOffset At)>> NextDueAsync(
        IReadOnlyList<string> consumers, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            select lane.consumer, due.visible_at from unnest($1) as lane (consumer), lateral (
                select visible_at from outbox_job
                where consumer = lane.consumer and archived_at is null and (lease_until is null or lease_until < $2)
                order by visible_at limit 1) as due
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. consumers] });
        command.Parameters.Add(Time(now));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<(string, DateTimeOffset)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            due.Add((reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1)));
        }

        return due;
    }

    private static NpgsqlParameter<string> Text(string value) => new NpgsqlParameter<string> { TypedValue = value };

    private static NpgsqlParameter<DateTime> Time(DateTimeOffset value) => new NpgsqlParameter<DateTime> { TypedValue = value.UtcDateTime };
}
