namespace Iterate.Infrastructure.Streams;

/// <summary>The tables of the event log (streams.md, section 11).</summary>
public static class StreamsSchema
{
    /// <summary>Creates them.</summary>
    /// <remarks>
    /// Text is compared by bytes (collation "C"): paths and types are ranges of keys here. <c>stream_event</c> has no
    /// foreign key: a writer holds the row of the stream while it inserts, so a check per event would find nothing. No
    /// index covers <c>last_event_at</c> or <c>head_offset</c>, and pages leave room, so that the update
    /// of each append stays on its page.
    /// </remarks>
    public const string Create = """
        create table stream (
            id bigint generated always as identity primary key,
            stream_id text collate "C" not null unique,
            project_id text collate "C" not null,
            path text collate "C" not null,
            parent_path text collate "C",
            depth smallint not null,
            title text,
            head_offset bigint not null default 0,
            bytes bigint not null default 0,
            last_event_at timestamptz,
            paused_at_offset bigint,
            pause_reason text,
            announcement_pending boolean not null,
            unique (project_id, path)
        ) with (fillfactor = 50);

        create index stream_by_parent on stream (project_id, parent_path, path);
        create index stream_to_announce on stream (id) where announcement_pending;

        create table stream_event (
            stream bigint not null,
            "offset" bigint not null,
            created_at timestamptz not null,
            bytes integer not null,
            type text collate "C" not null,
            payload jsonb,
            metadata jsonb,
            source jsonb,
            idempotency_key text collate "C",
            primary key (stream, "offset")
        );

        create index stream_event_by_type on stream_event (stream, type, "offset");
        create unique index stream_event_by_key on stream_event (stream, idempotency_key) where idempotency_key is not null;

        create table stream_type_count (
            stream bigint not null,
            type text collate "C" not null,
            count bigint not null,
            last_offset bigint not null,
            primary key (stream, type)
        ) with (fillfactor = 50);
        """;

    /// <summary>
    /// Adds the core state, archiving and tombstones. Announcements that are pending move to the outbox; the state of
    /// streams that are there is rebuilt when they are next written or asked for (requirement S-57).
    /// </summary>
    /// <remarks>
    /// The breaker's level counts sixty-thousandths of a token. A tombstone keeps the internal id, under which the events
    /// are until the outbox has removed them.
    /// </remarks>
    public const string AddState = """
        alter table stream
            add column breaker_burst integer not null default 100000,
            add column breaker_refill integer not null default 6000000,
            add column breaker_level bigint not null default 6000000000,
            add column breaker_refilled_at timestamptz,
            add column breaker_tripped_at_offset bigint,
            add column details jsonb,
            add column state_version smallint not null default 0,
            add column archived_at timestamptz,
            add column archived_by text collate "C";

        create table stream_tombstone (
            stream_id text collate "C" primary key,
            id bigint not null,
            project_id text collate "C" not null,
            path text collate "C" not null,
            head_offset bigint not null,
            deleted_at timestamptz not null,
            deleted_by text collate "C"
        );

        create index stream_tombstone_by_path on stream_tombstone (project_id, path, deleted_at);

        with pending as (
            select project_id, stream_id, path, 'obe_01' || substr(md5(stream_id), 1, 24) as event_id, '01' || substr(md5(path || stream_id), 1, 24) as job
            from stream where announcement_pending
        ), fact as (
            insert into outbox_event (event_id, name, payload, context, project_id, created_at)
            select event_id, 'stream/created', jsonb_build_object('projectId', project_id, 'streamId', stream_id, 'path', path), '{}', project_id, now()
            from pending
            returning seq, event_id
        )
        insert into outbox_job (job_id, event_seq, consumer, visible_at, max_attempts)
        select 'obj_' || job, seq, 'announce-stream', now(), 50 from pending join fact using (event_id);

        drop index stream_to_announce;
        alter table stream drop column announcement_pending;
        """;

    /// <summary>Takes them away again.</summary>
    public const string DropState = """
        alter table stream
            add column announcement_pending boolean not null default false,
            drop column breaker_burst, drop column breaker_refill, drop column breaker_level, drop column breaker_refilled_at,
            drop column breaker_tripped_at_offset, drop column details, drop column state_version, drop column archived_at, drop column archived_by;
        create index stream_to_announce on stream (id) where announcement_pending;
        drop table stream_tombstone;
        """;

    /// <summary>Drops them.</summary>
    public const string Drop = "drop table stream_type_count, stream_event, stream;";

    /// <summary>
    /// One folder may hold nearly all streams; measured, a folder would seem to hold most of them, and counting the
    /// children of each row of a list would scan the table each time.
    /// </summary>
    public const string AssumeManyParents = "alter table stream alter column parent_path set (n_distinct = -0.5); analyze stream;";

    /// <summary>Undoes that.</summary>
    public const string MeasureParents = "alter table stream alter column parent_path reset (n_distinct); analyze stream;";
}
