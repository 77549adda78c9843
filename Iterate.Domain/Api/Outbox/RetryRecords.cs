namespace Iterate.Domain.Api;

/// <summary>A job to try anew.</summary>
/// <param name="JobId"><c>obj_</c> id.</param>
/// <param name="Force">Also when it succeeded.</param>
public sealed record RetryOutboxJobRequest(string JobId, bool Force = false);

/// <summary>Jobs to try anew: those that failed or rest among what matches the filter.</summary>
/// <param name="Filter">As when listing.</param>
/// <param name="ExpectedCount">So many jobs, 1 to 1,000; another number changes nothing.</param>
public sealed record RetryManyOutboxJobsRequest(OutboxFilter Filter, int ExpectedCount);

/// <summary>What was made due.</summary>
/// <param name="Retried">Jobs.</param>
public sealed record RetryManyOutboxJobsResponse(int Retried);

/// <summary>A job to give up.</summary>
/// <param name="JobId"><c>obj_</c> id.</param>
public sealed record ArchiveOutboxJobRequest(string JobId);

/// <summary>What work can be about; the payload of its event names it as <c>machineId</c>, <c>taskId</c> and so on.</summary>
public enum OutboxTargetKind
{
    /// <summary>A machine.</summary>
    Machine,

    /// <summary>A coding task.</summary>
    Task,

    /// <summary>An agent.</summary>
    Agent,

    /// <summary>A cluster job.</summary>
    Job,
}

/// <summary>Work about one thing.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Id">Id of the thing.</param>
/// <param name="Limit">1 to 200 events.</param>
public sealed record ListOutboxForTargetRequest(string Project, OutboxTargetKind Kind, string Id, int Limit = 25) : IProjectRequest;

/// <summary>Newest first.</summary>
public sealed record ListOutboxForTargetResponse(IReadOnlyList<OutboxEventView> Events);

/// <summary>A job about one thing, to try anew.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Id">Id of the thing.</param>
/// <param name="JobId"><c>obj_</c> id of the outbox job.</param>
public sealed record RetryOutboxForTargetRequest(string Project, OutboxTargetKind Kind, string Id, string JobId) : IProjectRequest;
