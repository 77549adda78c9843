using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Reads events and their jobs as people see them.</summary>
internal sealed class EventReader(NpgsqlDataSource dataSource, OutboxNode node)
{
    private const string Events = """
        select event.seq, event.event_id, event.name, event.payload::text, event.context::text, event.dedup_key, event.organization_id, event.project_id,
            event.created_at, cause.seq
        from outbox_event as event left join outbox_event as cause on cause.event_id = event.context #>> '{causedBy,eventId}'
        where event.seq = any($1)
        """;

    private const string JobColumns = """
        job_id, event_seq, consumer, status, visible_at, read_count, max_attempts, serial_key, claimed_by, lease_until, started_at, finished_at, to_jsonb(results)::text
        """;

    private sealed record StoredContext(OutboxCause? CausedBy = null, string? Actor = null, string? Method = null, string? TraceId = null);

    /// <summary>The events of these numbers, in that order; those that are gone are left out.</summary>
    public async Task<IReadOnlyList<OutboxEventView>> EventsAsync(IReadOnlyList<long> seqs, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"select {JobColumns} from outbox_job where event_seq = any($1) order by seq") { Parameters = { Sql.Array(seqs, seq => seq) } },
                new(Events) { Parameters = { Sql.Array(seqs, seq => seq) } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var jobs = (await JobsAsync(reader, cancellationToken)).ToLookup(job => job.EventSeq);
        await reader.NextResultAsync(cancellationToken);
        var events = new Dictionary<long, OutboxEventView>();
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(reader.GetInt64(0), Event(reader, [.. jobs[reader.GetInt64(0)]]));
        }

        return [.. seqs.Where(events.ContainsKey).Select(seq => events[seq])];
    }

    /// <summary>One job, or null.</summary>
    public async Task<OutboxJobView?> JobAsync(string jobId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"select {JobColumns} from outbox_job where job_id = $1");
        command.Parameters.Add(Sql.Text(jobId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return (await JobsAsync(reader, cancellationToken)).SingleOrDefault();
    }

    private async Task<List<OutboxJobView>> JobsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var now = node.Now;
        var jobs = new List<OutboxJobView>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var lease = Time(reader, 9);
            jobs.Add(new()
            {
                JobId = reader.GetString(0),
                EventSeq = reader.GetInt64(1),
                Consumer = reader.GetString(2),
                Status = StatusNames.Parse(reader.GetString(3)),
                VisibleAt = reader.GetFieldValue<DateTimeOffset>(4),
                ReadCount = reader.GetInt32(5),
                MaxAttempts = reader.GetInt32(6),
                SerialKey = Text(reader, 7),
                Node = Text(reader, 8),
                LeaseUntil = lease,
                IsRunning = lease > now,
                StartedAt = Time(reader, 10),
                FinishedAt = Time(reader, 11),
                Results = JsonSerializer.Deserialize<OutboxResult[]>(reader.GetString(12), ApiJson.Options)!,
            });
        }

        return jobs;
    }

    private static OutboxEventView Event(NpgsqlDataReader reader, IReadOnlyList<OutboxJobView> jobs)
    {
        var context = JsonSerializer.Deserialize<StoredContext>(reader.GetString(4), ApiJson.Options)!;
        return new()
        {
            Seq = reader.GetInt64(0),
            EventId = reader.GetString(1),
            Name = reader.GetString(2),
            Payload = JsonText.FromTrusted(reader.GetString(3)),
            CausedBy = context.CausedBy is { } cause && !reader.IsDBNull(9) ? cause with { EventSeq = reader.GetInt64(9) } : context.CausedBy,
            Actor = context.Actor,
            Method = context.Method,
            TraceId = context.TraceId,
            DedupKey = Text(reader, 5),
            OrganizationId = Text(reader, 6),
            ProjectId = Text(reader, 7),
            CreatedAt = reader.GetFieldValue<DateTimeOffset>(8),
            Aggregate = OutboxStatuses.Aggregate(jobs.Select(job => job.Status)),
            IsRunning = jobs.Any(job => job.IsRunning),
            Jobs = jobs,
        };
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
