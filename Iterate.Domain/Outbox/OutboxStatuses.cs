using Iterate.Domain.Api;

namespace Iterate.Domain.Outbox;

/// <summary>What the statuses of its jobs make of an event (requirement O-47).</summary>
public static class OutboxStatuses
{
    private static readonly OutboxStatus[] WorstFirst = [OutboxStatus.Failed, OutboxStatus.Retrying, OutboxStatus.Pending];

    /// <summary>The worst of them; an event that nobody wanted is a success.</summary>
    public static OutboxStatus Aggregate(IEnumerable<OutboxStatus> jobs)
    {
        var present = jobs.ToHashSet();
        return Array.Find(WorstFirst, present.Contains) is var worst && present.Contains(worst) ? worst : OutboxStatus.Success;
    }
}
