using System.Diagnostics;
using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Events and jobs ready to be written by one statement, into any transaction: the one text behind every way of
/// enqueuing. What its transaction commits is told to <see cref="OutboxWakeUps.Committed"/>.
/// </summary>
internal sealed class OutboxInsert
{
    // Answers the ids of the events that were written: those whose dedup key was not used before.
    private const string Insert = """
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
        """;

    private readonly string _name;
    private readonly IReadOnlyList<NewEvent> _events;
    private readonly IReadOnlyList<NewJob> _jobs;
    private readonly DateTimeOffset _now;
    private readonly string _context = ContextJson();

    /// <param name="name">Name of all its events.</param>
    /// <param name="events">At least one.</param>
    /// <param name="jobs">Those of the events that have any.</param>
    /// <param name="now">When they were enqueued.</param>
    public OutboxInsert(string name, IReadOnlyList<NewEvent> events, IReadOnlyList<NewJob> jobs, DateTimeOffset now)
    {
        _name = name;
        _events = events;
        _jobs = jobs;
        _now = now;
        Lanes = [.. jobs.Select(job => job.Consumer).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Ids in the order of the drafts. An event whose dedup key was used before is not written; <see cref="IOutbox"/>
    /// finds the earlier one.
    /// </summary>
    public IReadOnlyList<string> EventIds => [.. _events.Select(draft => draft.EventId)];

    /// <summary>Lanes to wake once it is committed.</summary>
    public IReadOnlyList<string> Lanes { get; }

    /// <summary>The statement, with a text that never changes and typed parameters; for one batch.</summary>
    public NpgsqlBatchCommand Command() => new(Insert)
    {
        Parameters =
        {
            Sql.Array(_events, draft => draft.EventId),
            Sql.JsonArray(_events, draft => draft.Payload),
            Sql.Array(_events, draft => draft.DedupKey),
            Sql.Array(_events, draft => draft.OrganizationId),
            Sql.Array(_events, draft => draft.ProjectId),
            Sql.Text(_name),
            Sql.Time(_now),
            Sql.Json(_context),
            Sql.Array(_jobs, job => job.JobId),
            Sql.Array(_jobs, job => job.EventId),
            Sql.Array(_jobs, job => job.Consumer),
            Sql.Array(_jobs, job => job.VisibleAt.UtcDateTime),
            Sql.Array(_jobs, job => job.MaxAttempts),
            Sql.Array(_jobs, job => job.SerialKey),
        },
    };

    private static string ContextJson()
    {
        var cause = OutboxJobContext.Current is { } job ? new { job.EventId, job.JobId, job.Consumer } : null;
        var call = CallContext.Running;
        return JsonSerializer.Serialize(
            new { CausedBy = cause, Actor = call?.Caller.UserId, call?.Method, TraceId = Activity.Current?.TraceId.ToString() }, ApiJson.Options);
    }

    /// <summary>An event to write.</summary>
    public sealed record NewEvent(string EventId, string Payload, string? DedupKey, string? OrganizationId, string? ProjectId);

    /// <summary>A job to write with its event.</summary>
    public sealed record NewJob(string JobId, string EventId, string Consumer, DateTimeOffset VisibleAt, int MaxAttempts, string? SerialKey);
}
