namespace Iterate.Infrastructure.Streams;

/// <summary>The table of imports, and the mark on a stream that is being imported into.</summary>
public static class ImportsSchema
{
    /// <summary>Creates them.</summary>
    /// <remarks>The mark is on the row of the stream, because every append reads that under its lock.</remarks>
    public const string Create = """
        create table stream_import (
            import_id text collate "C" primary key,
            project_id text collate "C" not null,
            path text collate "C" not null,
            stream bigint not null,
            stream_id text collate "C" not null,
            mode text collate "C" not null check (mode in ('restore', 'append')),
            state text collate "C" not null default 'running' check (state in ('running', 'stopped', 'finished', 'cancelled')),
            label text,
            lines bigint not null default 0,
            events bigint not null default 0,
            bytes bigint not null default 0,
            error_line bigint,
            error text,
            started_by text collate "C",
            started_at timestamptz not null,
            touched_at timestamptz not null,
            check ((error_line is not null) = (state = 'stopped'))
        );

        create unique index stream_import_open on stream_import (stream) where state in ('running', 'stopped');

        alter table stream add column import_id text collate "C";
        """;

    /// <summary>Drops them.</summary>
    public const string Drop = """
        alter table stream drop column import_id;
        drop table stream_import;
        """;
}
