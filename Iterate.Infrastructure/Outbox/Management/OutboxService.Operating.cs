using Iterate.Domain.Api;
using Microsoft.Extensions.Logging;

namespace Iterate.Infrastructure.Outbox;

public sealed partial class OutboxService
{
    private static readonly TimeSpan LongestPass = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<OutboxJobView> RetryAsync(RetryOutboxJobRequest request, CancellationToken cancellationToken)
    {
        _ = await JobAsync(request.JobId, cancellationToken);
        var done = await _actions.RetryAsync(request.JobId, request.Force, cancellationToken);
        var job = await JobAsync(request.JobId, cancellationToken);
        if (!done)
        {
            throw Conflict("Only a job that failed or rests is tried anew, and with force one that succeeded.", job);
        }

        if (request.Force)
        {
            LogForced(job.JobId, job.Consumer, Actor);
        }

        return job;
    }

    /// <inheritdoc/>
    public async Task<RetryManyOutboxJobsResponse> RetryManyAsync(RetryManyOutboxJobsRequest request, CancellationToken cancellationToken)
    {
        if (request.ExpectedCount is < 1 or > JobActions.MostRetried)
        {
            throw ApiException.InvalidInput("expectedCount", "must be from 1 to 1,000");
        }

        await _actions.RetryManyAsync(await _search.ConditionsAsync(request.Filter, cancellationToken), request.ExpectedCount, cancellationToken);
        return new(request.ExpectedCount);
    }

    /// <inheritdoc/>
    public async Task<OutboxJobView> ArchiveAsync(ArchiveOutboxJobRequest request, CancellationToken cancellationToken)
    {
        _ = await JobAsync(request.JobId, cancellationToken);
        var done = await _actions.ArchiveAsync(request.JobId, Actor, cancellationToken);
        var job = await JobAsync(request.JobId, cancellationToken);
        return done ? job : throw Conflict("Only an unfinished job is archived.", job);
    }

    /// <inheritdoc/>
    public Task<ProcessQueueResponse> ProcessQueueAsync(ProcessQueueRequest request, CancellationToken cancellationToken) =>
        _queue.RunAsync(LongestPass, cancellationToken);

    /// <inheritdoc/>
    public Task<OutboxLane> PauseLaneAsync(PauseOutboxLaneRequest request, CancellationToken cancellationToken) =>
        _lanes.SetPausedAsync(request.Consumer, paused: true, Actor, cancellationToken);

    /// <inheritdoc/>
    public Task<OutboxLane> ResumeLaneAsync(ResumeOutboxLaneRequest request, CancellationToken cancellationToken) =>
        _lanes.SetPausedAsync(request.Consumer, paused: false, Actor, cancellationToken);

    private static string? Actor => CallContext.Current.Caller.UserId;

    private async Task<OutboxJobView> JobAsync(string jobId, CancellationToken cancellationToken) =>
        (IsId("obj", jobId) ? await _reader.JobAsync(jobId, cancellationToken) : null) ?? throw ApiException.NotFound();

    private static ApiException Conflict(string detail, OutboxJobView job) => new(ErrorCodes.JobStateConflict, detail)
    {
        Members = new Dictionary<string, object?>(StringComparer.Ordinal) { ["job"] = job },
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "{JobId} of {Consumer} is tried anew with force by {Actor}")]
    private partial void LogForced(string jobId, string consumer, string? actor);
}
