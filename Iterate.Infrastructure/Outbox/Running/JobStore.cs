using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Npgsql;

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
        returning job.seq, job.job_id, job.consumer, job.claim_epoch, job.read_count, job.postponed, job.max_attempts, job.started_at, fact.event_id, fact.payload::text, fact.seq
        """;

    private const string LongestDue = "200";

    private const string Due = "consumer = $1 and archived_at is null and visible_at <= $2 and (lease_until is null or lease_until < $2)";

    private static readonly string ClaimParallel = $"""
        with due as (select seq from outbox_job where {Due} order by visible_at, seq limit $3 for update skip locked)
        {Claim}
        """;

    private const string Free = """
        (candidate.serial_key is null or not exists (
            select from outbox_job as held
            where held.consumer = $1 and held.serial_key = candidate.serial_key and held.lease_until >= $2))
        """;

    // One node at a time looks, so that two cannot take two jobs of one key (requirement O-21). It looks at the longest
    // due; only where those are too few, because many of them wait for one key, it goes from key to key.
    private static readonly string ClaimSerial = $"""
        with recursive longest as materialized (
            select seq, job_id, serial_key, visible_at from outbox_job where {Due} order by visible_at, seq limit {LongestDue}
        ), first as materialized (
            select distinct on (coalesce(serial_key, job_id)) seq, serial_key, visible_at from longest as candidate
            where {Free}
            order by coalesce(serial_key, job_id), visible_at, seq
        ), keys (serial_key) as (
            (select serial_key from outbox_job where consumer = $1 and archived_at is null and serial_key is not null order by serial_key limit 1)
            union all
            select (
                select serial_key from outbox_job
                where consumer = $1 and archived_at is null and serial_key > keys.serial_key order by serial_key limit 1)
            from keys where keys.serial_key is not null
        ), further as (
            select candidate.seq, candidate.visible_at
            from keys, lateral (
                select seq, serial_key, visible_at from outbox_job
                where {Due} and serial_key = keys.serial_key order by visible_at, seq limit 1) as candidate
            where (select count(*) = {LongestDue} from longest) and (select count(*) < $3 from first)
                and keys.serial_key not in (select serial_key from first where serial_key is not null) and {Free}
            limit $3
        ), due as (
            select seq from outbox_job
            where seq in (select seq from (select seq, visible_at from first union all select seq, visible_at from further) as found order by visible_at, seq limit $3)
                and {Due}
            for update skip locked
        )
        {Claim}
        """;

    // One row by its key, a command for each: a plan made while the table was empty is right for every size of it.
    private const string End = """
        update outbox_job
        set status = $3, visible_at = coalesce($4, visible_at), lease_until = null, claimed_by = null,
            archived_at = case when $3 in ('success', 'failed') then $8 end,
            finished_at = case when $3 in ('success', 'failed') then $8 end,
            read_count = read_count - $5, postponed = postponed + $6,
            results = case when $7 is null then results else (results || $7)[greatest(1, cardinality(results) - 48):] end
        where seq = $1 and claim_epoch = $2 and claimed_by is not null
        returning seq
        """;

    /// <summary>
    /// Writes how attempts ended, then takes up to <paramref name="most"/> jobs that are due, the longest due first
    /// (requirement O-19); all in one commit.
    /// </summary>
    /// <returns>The jobs, and the ends that changed nothing because their job is not ours any more.</returns>
    public async Task<(IReadOnlyList<ClaimedJob> Claimed, IReadOnlyList<EndedJob> Lost)> EndAndClaimAsync(
        OutboxConsumer consumer, string node, DateTimeOffset now, IReadOnlyList<EndedJob> ended, int most, CancellationToken cancellationToken)
    {
        // A batch is one transaction, in which each statement sees what was committed before it began.
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        AddEnds(batch, ended, now);
        if (consumer.IsSerial)
        {
            batch.BatchCommands.Add(new("select pg_advisory_xact_lock(hashtextextended($1, 0))") { Parameters = { Sql.Text($"outbox:{consumer.Name}") } });
        }

        batch.BatchCommands.Add(new(consumer.IsSerial ? ClaimSerial : ClaimParallel)
        {
            Parameters =
            {
                Sql.Text(consumer.Name), Sql.Time(now), new NpgsqlParameter<int> { TypedValue = most }, Sql.Text(node), Sql.Time(now + consumer.VisibilityTimeout),
            },
        });
        await batch.PrepareAsync(cancellationToken);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var written = await SeqsAsync(reader, ended.Count, cancellationToken);
        if (consumer.IsSerial)
        {
            await reader.NextResultAsync(cancellationToken);
        }

        var claimed = new List<ClaimedJob>();
        while (await reader.ReadAsync(cancellationToken))
        {
            claimed.Add(new(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetInt32(5), reader.GetInt32(6),
                reader.GetFieldValue<DateTimeOffset>(7), reader.GetString(8), reader.GetString(9), reader.GetInt64(10)));
        }

        return (claimed, [.. ended.Where(end => !written.Contains(end.Job.Seq))]);
    }

    /// <summary>Hides a job for longer. False when it is not ours any more.</summary>
    public async Task<bool> RenewAsync(ClaimedJob job, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "update outbox_job set lease_until = $3 where seq = $1 and claim_epoch = $2 and lease_until is not null");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = job.Seq });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = job.Epoch });
        command.Parameters.Add(Sql.Time(until));
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Writes how attempts ended.</summary>
    /// <returns>The ends that changed nothing because their job is not ours any more.</returns>
    public async Task<IReadOnlyList<EndedJob>> EndAsync(IReadOnlyList<EndedJob> ended, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var written = await WriteAsync(connection, ended, now, cancellationToken);
        return [.. ended.Where(end => !written.Contains(end.Job.Seq))];
    }

    /// <summary>The same in a transaction that may be open on <paramref name="connection"/>.</summary>
    /// <returns>How many jobs were ours.</returns>
    public static async Task<int> EndAsync(
        NpgsqlConnection connection, IReadOnlyList<EndedJob> ended, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await WriteAsync(connection, ended, now, cancellationToken)).Count;

    private static async Task<HashSet<long>> WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<EndedJob> ended, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        AddEnds(batch, ended, now);
        if (batch.BatchCommands.Count == 0)
        {
            return [];
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await SeqsAsync(reader, ended.Count, cancellationToken);
    }

    private static void AddEnds(NpgsqlBatch batch, IReadOnlyList<EndedJob> ended, DateTimeOffset now)
    {
        foreach (var (job, end) in ended)
        {
            batch.BatchCommands.Add(new(End)
            {
                Parameters =
                {
                    Sql.Number(job.Seq),
                    new NpgsqlParameter<int> { TypedValue = job.Epoch },
                    Sql.Text(end.Status),
                    Sql.Time(end.VisibleAt),
                    new NpgsqlParameter<int> { TypedValue = end.UsesAttempt ? 0 : 1 },
                    new NpgsqlParameter<int> { TypedValue = end.IsPostponement ? 1 : 0 },
                    Sql.Json(end.Result is { } result ? JsonSerializer.Serialize(result, ApiJson.Options) : null),
                    Sql.Time(now),
                },
            });
        }
    }

    /// <summary>What the first results of <paramref name="reader"/> say, leaving it at the one after them.</summary>
    private static async Task<HashSet<long>> SeqsAsync(NpgsqlDataReader reader, int results, CancellationToken cancellationToken)
    {
        var seqs = new HashSet<long>();
        for (var result = 0; result < results; result++)
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                seqs.Add(reader.GetInt64(0));
            }

            await reader.NextResultAsync(cancellationToken);
        }

        return seqs;
    }
}
