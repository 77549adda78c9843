namespace Iterate.Domain.Api;

public partial interface IOutboxApi
{
    /// <summary>Makes a job that failed or rests due now, with its consumer's attempts on top (requirement O-33).</summary>
    /// <exception cref="ApiException"><c>not-found</c>; <c>job-state-conflict</c> with the present <c>job</c>.</exception>
    [Access(Tier.SystemAdmin)]
    Task<OutboxJobView> RetryAsync(RetryOutboxJobRequest request, CancellationToken cancellationToken);

    /// <summary>The same for every failed or resting job that matches a filter (requirement O-34).</summary>
    /// <exception cref="ApiException">
    /// <c>invalid-input</c>; <c>job-state-conflict</c> with the present <c>count</c> when it is not the expected one.
    /// </exception>
    [Access(Tier.SystemAdmin)]
    Task<RetryManyOutboxJobsResponse> RetryManyAsync(RetryManyOutboxJobsRequest request, CancellationToken cancellationToken);

    /// <summary>Ends an unfinished job as failed; one that runs is cancelled (requirement O-35).</summary>
    /// <exception cref="ApiException"><c>not-found</c>; <c>job-state-conflict</c> with the present <c>job</c>.</exception>
    [Access(Tier.SystemAdmin)]
    Task<OutboxJobView> ArchiveAsync(ArchiveOutboxJobRequest request, CancellationToken cancellationToken);

    /// <summary>Makes every resting job due, runs what is due on the answering node for up to 10 s and reports (requirement O-36).</summary>
    [Access(Tier.SystemAdmin)]
    Task<ProcessQueueResponse> ProcessQueueAsync(ProcessQueueRequest request, CancellationToken cancellationToken);

    /// <summary>Lets a lane accept work and run none, on all nodes within 2 s (requirement O-37).</summary>
    /// <exception cref="ApiException"><c>not-found</c>: no such consumer.</exception>
    [Access(Tier.SystemAdmin)]
    Task<OutboxLane> PauseLaneAsync(PauseOutboxLaneRequest request, CancellationToken cancellationToken);

    /// <summary>Lets a paused lane go on.</summary>
    /// <exception cref="ApiException"><c>not-found</c>: no such consumer.</exception>
    [Access(Tier.SystemAdmin)]
    Task<OutboxLane> ResumeLaneAsync(ResumeOutboxLaneRequest request, CancellationToken cancellationToken);
}
