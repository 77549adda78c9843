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

    /// <summary>Drops them.</summary>
    public const string Drop = "drop table stream_type_count, stream_event, stream;";
}
