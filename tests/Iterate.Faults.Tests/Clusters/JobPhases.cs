namespace Iterate.Faults.Tests.Clusters;

/// <summary>Where transactions of one node can be stopped that are about jobs: all is written and the commit has begun.</summary>
/// <param name="application">What the node calls itself before PostgreSQL. Transactions of others pass.</param>
internal sealed class JobPhases(string application)
{
    /// <summary>Jobs that nothing but a test enqueues.</summary>
    public const string MarkedConsumer = "slow";

    private const string Table = "outbox_job";

    /// <summary>It has enqueued marked jobs.</summary>
    public Phase Enqueue { get; } = At(application, "enqueue", "insert", $"new.consumer = '{MarkedConsumer}'");

    /// <summary>It has claimed a job, and in the same transaction ended those whose slots it fills again.</summary>
    public Phase Claim { get; } = At(application, "claim", "update", "new.claim_epoch > old.claim_epoch");

    /// <summary>It has renewed the lease of a job it runs.</summary>
    public Phase Renewal { get; } = At(application, "renewal", "update", "new.claim_epoch = old.claim_epoch and new.lease_until > old.lease_until");

    /// <summary>It has ended a job.</summary>
    public Phase End { get; } = At(application, "end", "update", "new.archived_at is not null and old.archived_at is null");

    public IReadOnlyList<Phase> All => [Enqueue, Claim, Renewal, End];

    private static Phase At(string application, string name, string operation, string condition) => Phase.AtCommit(
        $"{name} of {application}", Table, operation, $"current_setting('application_name') = '{application}' and {condition}");
}
