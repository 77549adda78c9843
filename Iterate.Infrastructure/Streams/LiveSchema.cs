namespace Iterate.Infrastructure.Streams;

/// <summary>The tables of what is live: nothing in them is a fact, so they are unlogged (streams.md, section 8).</summary>
public static class LiveSchema
{
    /// <summary>Creates them.</summary>
    public const string Create = """
        create unlogged table stream_frame (
            seq bigint generated always as identity primary key,
            node text collate "C" not null,
            stream bigint not null,
            sent_at timestamptz not null,
            frame text not null
        );

        create unlogged table stream_viewer (
            stream bigint not null,
            session_id text collate "C" not null,
            surface text collate "C" not null,
            node text collate "C" not null,
            user_id text not null,
            since timestamptz not null,
            seen_at timestamptz not null,
            primary key (stream, session_id, surface, node)
        ) with (fillfactor = 50);
        """;

    /// <summary>Drops them.</summary>
    public const string Drop = "drop table stream_viewer, stream_frame;";
}
