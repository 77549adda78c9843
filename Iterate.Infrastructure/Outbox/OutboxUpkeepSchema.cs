namespace Iterate.Infrastructure.Outbox;

/// <summary>What operating the outbox needs beside its work: nodes, paused lanes, and indexes for people's questions.</summary>
public static class OutboxUpkeepSchema
{
    /// <summary>Creates it.</summary>
    public const string Create = """
        create table outbox_node (
            name text collate "C" primary key,
            consumers text[] not null,
            started_at timestamptz not null,
            seen_at timestamptz not null,
            clock_offset_ms integer not null
        );

        create table outbox_paused_lane (
            consumer text collate "C" primary key,
            paused_at timestamptz not null,
            paused_by text collate "C"
        );

        create index outbox_event_by_age on outbox_event (created_at);
        create index outbox_event_of_project on outbox_event (project_id, seq) where project_id is not null;
        create index outbox_dedup_key_by_age on outbox_dedup_key (created_at);
        create index outbox_job_by_serial_key on outbox_job (consumer, serial_key, visible_at, seq) where archived_at is null and serial_key is not null;
        create index outbox_job_retrying on outbox_job (started_at) where status = 'retrying';
        """;

    /// <summary>Drops it.</summary>
    public const string Drop = """
        drop index outbox_job_retrying, outbox_job_by_serial_key, outbox_dedup_key_by_age, outbox_event_of_project, outbox_event_by_age;
        drop table outbox_paused_lane, outbox_node;
        """;
}
