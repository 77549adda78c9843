using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

public sealed partial class StreamsService
{
    private const int MaxBatches = 100;

    private static EventOrigin Origin => CallContext.Current.Allows(Tier.ProjectAdmin) ? EventOrigin.Admin : EventOrigin.Caller;

    /// <inheritdoc/>
    public async Task<AppendResponse> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var (path, events) = Admit(request);
        if (events.Count == 0)
        {
            var row = await FindAsync(path, expectedStreamId: null, cancellationToken);
            return new(row.StreamId, [], row.HeadOffset, 0);
        }

        var outcome = await _log.AppendAsync(ProjectId, path, events, ModeOf(request.MustExist), cancellationToken);
        return new(outcome.StreamId, outcome.Events, outcome.HeadOffset, outcome.CommittedCount);
    }

    /// <inheritdoc/>
    public async Task<AppendManyResponse> AppendManyAsync(AppendManyRequest request, CancellationToken cancellationToken)
    {
        Require(request.Batches.Count is >= 1 and <= MaxBatches, "batches", $"must be 1 to {MaxBatches}");
        var twice = request.Batches.GroupBy(batch => batch.Path, StringComparer.Ordinal).FirstOrDefault(ofPath => ofPath.Count() > 1);
        Require(twice is null, "batches", $"has two batches for {twice?.Key}; put their events into one");
        return new(await Task.WhenAll(request.Batches.Select(batch => AppendOneAsync(request.Project, batch, cancellationToken))));
    }

    /// <inheritdoc/>
    public Task<PreviewAppendResponse> PreviewAppendAsync(PreviewAppendRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        var events = EventAdmission.Admit(request.Events, Origin);
        return AppendPreview.DecideAsync(_dataSource, ProjectId, path, events, request.MustExist, _time.GetUtcNow(), cancellationToken);
    }

    private (StreamPath Path, IReadOnlyList<AdmittedEvent> Events) Admit(AppendRequest request)
    {
        try
        {
            return (StreamPath.Parse(request.Path), EventAdmission.Admit(request.Events, Origin));
        }
        catch (ApiException refusal)
        {
            // The log counts only what gets there.
            _metrics.Refused(refusal.Code);
            throw;
        }
    }

    private static AppendMode ModeOf(bool mustExist) => mustExist ? AppendMode.MustExist : AppendMode.CreateIfMissing;

    private async Task<AppendManyResult> AppendOneAsync(string project, AppendManyBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            return new(batch.Path, await AppendAsync(new(project, batch.Path, batch.Events, batch.MustExist), cancellationToken));
        }
        catch (ApiException refusal)
        {
            return new(batch.Path, Problem: new(refusal.Code, refusal.Status, refusal.Message, refusal.Members));
        }
    }
}
