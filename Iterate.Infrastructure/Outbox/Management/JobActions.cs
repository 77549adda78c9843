using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>What people do to jobs. Each is one statement that changes a job only in a state that allows it.</summary>
internal sealed class JobActions(
    NpgsqlDataSource dataSource, ConsumerRegistry consumers, OutboxWakeUps wakeUps, RunningJobs running, HintSender hints, FailureReporter failures, OutboxNode node)
{
    /// <summary>Most jobs of one call (requirement O-34).</summary>
    public const int MostRetried = 1_000;

    private const string Renew = """
        update outbox_job as job
        set status = 'pending', visible_at = $1, max_attempts = job.max_attempts + allowance.attempts, archived_at = null, finished_at = null, postponed = 0,
            lease_until = null, claimed_by = null
        from unnest($2, $3) as allowance (consumer, attempts)
        """;

    private const string Known = "(job.consumer = allowance.consumer or allowance.consumer is null and not job.consumer = any($2))";

    // A lease that ended is no claim any more; that of a running job goes with its epoch, so that its end changes nothing.
    private const string Archive = """
        update outbox_job as job
        set status = 'failed', archived_at = $2, finished_at = $2, lease_until = null, claimed_by = null, claim_epoch = claim_epoch + 1,
            results = (job.results || $3::jsonb)[greatest(1, cardinality(job.results) - 48):]
        where job.job_id = $1 and job.archived_at is null
        returning job.consumer
        """;

    /// <summary>Makes a failed or resting job due now; false when it is in no such state (requirement O-33).</summary>
    public async Task<bool> RetryAsync(string jobId, bool force, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"{Renew} where job.job_id = $4 and (job.status in ('failed', 'retrying') or $5 and job.status = 'success') and {Known} returning job.consumer");
        AddAllowances(command.Parameters);
        command.Parameters.Add(Sql.Text(jobId));
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = force });
        if (await command.ExecuteScalarAsync(cancellationToken) is not string lane)
        {
            return false;
        }

        wakeUps.Committed([lane]);
        return true;
    }

    /// <summary>The same for the jobs of a filter, if they are so many (requirement O-34).</summary>
    /// <exception cref="ApiException"><c>job-state-conflict</c>.</exception>
    public async Task RetryManyAsync(EventConditions conditions, int expected, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var found = await FindAsync(connection, conditions, cancellationToken);
        if (found.Count != expected)
        {
            throw new ApiException(ErrorCodes.JobStateConflict, found.Count > MostRetried
                ? "More than 1,000 jobs match by now; narrow the filter."
                : $"{found.Count} jobs match by now, not {expected}; look again.")
            {
                Members = new Dictionary<string, object?>(StringComparer.Ordinal) { ["count"] = found.Count },
            };
        }

        await using var command = new NpgsqlCommand($"{Renew} where job.seq = any($4) and {Known} returning job.consumer", connection);
        AddAllowances(command.Parameters);
        command.Parameters.Add(Sql.Array(found, seq => seq));
        var lanes = new HashSet<string>(StringComparer.Ordinal);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                lanes.Add(reader.GetString(0));
            }
        }

        await transaction.CommitAsync(cancellationToken);
        wakeUps.Committed(lanes);
    }

    /// <summary>Ends an unfinished job; false when it has ended (requirement O-35).</summary>
    public async Task<bool> ArchiveAsync(string jobId, string? by, CancellationToken cancellationToken)
    {
        var now = node.Now;
        var result = new OutboxResult(0, OutboxOutcome.Error, $"Archived by {by ?? "an operator"}.", node.Name, now, 0, "archived-by-operator");
        await using var command = dataSource.CreateCommand(Archive);
        command.Parameters.Add(Sql.Text(jobId));
        command.Parameters.Add(Sql.Time(now));
        command.Parameters.Add(Sql.Json(JsonSerializer.Serialize(result, ApiJson.Options)));
        if (await command.ExecuteScalarAsync(cancellationToken) is not string consumer)
        {
            return false;
        }

        running.Revoke(jobId);
        hints.Revoked(jobId);
        failures.Failed(consumer, result.Code, jobId);
        return true;
    }

    /// <summary>Makes every resting job due now and wakes its lane everywhere (requirement O-36).</summary>
    public async Task EndRestsAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "update outbox_job set visible_at = $1 where status = 'retrying' and archived_at is null and lease_until is null and visible_at > $1");
        command.Parameters.Add(Sql.Time(node.Now));
        await command.ExecuteNonQueryAsync(cancellationToken);
        wakeUps.Committed([.. consumers.All.Select(consumer => consumer.Name)]);
    }

    private static async Task<List<long>> FindAsync(NpgsqlConnection connection, EventConditions conditions, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select job.seq from outbox_event as event join outbox_job as job on job.event_seq = event.seq
            where {conditions} and {conditions.OfJob} and job.status in ('failed', 'retrying')
            order by job.seq limit {MostRetried + 1} for update of job
            """,
            connection);
        conditions.Parameters.CopyTo(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var seqs = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            seqs.Add(reader.GetInt64(0));
        }

        return seqs;
    }

    /// <summary>When, and the attempts of each consumer of this build; those of others get the usual ones.</summary>
    private void AddAllowances(NpgsqlParameterCollection parameters)
    {
        (string? Consumer, int Attempts)[] allowances =
            [.. consumers.All.Select(consumer => ((string?)consumer.Name, consumer.Retry.Attempts)), (null, RetryPolicy.Default.Attempts)];
        parameters.Add(Sql.Time(node.Now));
        parameters.Add(Sql.Array(allowances, allowance => allowance.Consumer));
        parameters.Add(Sql.Array(allowances, allowance => allowance.Attempts));
    }
}
