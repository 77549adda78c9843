namespace Iterate.Infrastructure.Outbox;

/// <summary>What tells people how the outbox is: the newest jobs of each lane by index, and what they were told of failures.</summary>
public static class OutboxHealthSchema
{
    /// <summary>Creates it.</summary>
    /// <remarks>A job enters the index when it ends and not before. What was told is no fact, so its table is unlogged.</remarks>
    public const string Create = """
        create index outbox_job_ended on outbox_job (consumer, finished_at) where archived_at is not null;

        create unlogged table outbox_failure (
            consumer text collate "C" not null,
            code text collate "C" not null,
            job_id text collate "C" not null,
            raised_at timestamptz not null,
            primary key (consumer, code)
        );
        """;

    /// <summary>Drops it.</summary>
    public const string Drop = """
        drop table outbox_failure;
        drop index outbox_job_ended;
        """;
}
