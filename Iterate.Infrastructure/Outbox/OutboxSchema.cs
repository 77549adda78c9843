namespace Iterate.Infrastructure.Outbox;

/// <summary>The tables of durable work (outbox.md, Model).</summary>
public static class OutboxSchema
{
    /// <summary>Creates them.</summary>
    /// <remarks>
    /// No index that looks for work covers an archived row (requirement O-42). Dedup keys have a table of their own,
    /// because they outlive their events (requirement O-40).
    /// </remarks>
    public const string Create = """
        create table outbox_event (
            seq bigint generated always as identity primary key,
            event_id text collate "C" not null unique,
            name text collate "C" not null,
            payload jsonb not null,
            context jsonb not null,
            dedup_key text collate "C",
            organization_id text collate "C",
            project_id text collate "C",
            created_at timestamptz not null
        );

        create index outbox_event_by_name on outbox_event (name, seq);
        create index outbox_event_by_payload on outbox_event using gin (payload jsonb_path_ops);
        create index outbox_event_by_cause on outbox_event ((context #>> '{causedBy,eventId}')) where context ? 'causedBy';

        create table outbox_dedup_key (
            name text collate "C" not null,
            key text collate "C" not null,
            event_id text collate "C" not null,
            created_at timestamptz not null,
            primary key (name, key)
        );

        create table outbox_job (
            seq bigint generated always as identity primary key,
            job_id text collate "C" not null unique,
            event_seq bigint not null references outbox_event (seq),
            consumer text collate "C" not null,
            status text collate "C" not null default 'pending' check (status in ('pending', 'retrying', 'success', 'failed')),
            visible_at timestamptz not null,
            read_count integer not null default 0,
            postponed integer not null default 0,
            max_attempts integer not null,
            serial_key text collate "C",
            claimed_by text collate "C",
            claim_epoch integer not null default 0,
            lease_until timestamptz,
            started_at timestamptz,
            finished_at timestamptz,
            archived_at timestamptz,
            results jsonb[] not null default '{}',
            check ((archived_at is not null) = (status in ('success', 'failed')))
        ) with (fillfactor = 70);

        create index outbox_job_due on outbox_job (consumer, visible_at, seq) where archived_at is null;
        create index outbox_job_leased on outbox_job (consumer, serial_key) where lease_until is not null;
        create index outbox_job_of_event on outbox_job (event_seq);
        create index outbox_job_by_status on outbox_job (status, finished_at);
        """;

    /// <summary>Drops them.</summary>
    public const string Drop = "drop table outbox_job, outbox_dedup_key, outbox_event;";
}
