using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

public sealed partial class StreamsService
{
    private const int MaxListed = 200;
    private const int MaxQueryLength = 200;

    /// <inheritdoc/>
    public async Task<CreateStreamResponse> CreateAsync(CreateStreamRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        if (request.Recreate)
        {
            CallContext.Current.Demand(Tier.ProjectAdmin);
        }

        var events = request.Metadata.IsAbsent
            ? []
            : EventAdmission.Admit([CoreEvents.MetadataUpdatedEvent(request.Metadata)], EventOrigin.Caller);
        var mode = request.Recreate ? AppendMode.Recreate : AppendMode.OnlyIfMissing;
        var outcome = await _log.AppendAsync(ProjectId, path, events, mode, cancellationToken);
        return new(outcome.StreamId, path.Value, outcome.HeadOffset, outcome.Created);
    }

    /// <inheritdoc/>
    public Task<ListStreamsResponse> ListAsync(ListStreamsRequest request, CancellationToken cancellationToken)
    {
        var under = StreamPath.Parse(request.Under);
        RequireListed(request.Depth, request.Query);
        Require(request.Limit is >= 1 and <= MaxListed, "limit", $"must be 1 to {MaxListed}");
        return StreamList.ReadAsync(_dataSource, ProjectId, under, request, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StreamChangeResponse> UpdateMetadataAsync(UpdateMetadataRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(request.Path, [CoreEvents.MetadataUpdatedEvent(request.Metadata)], when: null, cancellationToken);

    /// <inheritdoc/>
    public Task<StreamChangeResponse> PauseAsync(PauseRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(request.Path, [CoreEvents.PausedEvent(request.Reason)], tip => tip.PausedAtOffset is null, cancellationToken);

    /// <inheritdoc/>
    public async Task<StreamChangeResponse> ResumeAsync(ResumeRequest request, CancellationToken cancellationToken)
    {
        Require(request.BurstCapacity is null == request.RefillPerMinute is null, "refillPerMinute", "comes with burstCapacity or not at all");
        var resumed = CoreEvents.ResumedEvent(request.Reason);
        if (request.BurstCapacity is not { } burst || request.RefillPerMinute is not { } refill)
        {
            return await ChangeAsync(request.Path, [resumed], IsPaused, cancellationToken);
        }

        CallContext.Current.Demand(Tier.ProjectAdmin);
        var configured = CoreEvents.BreakerConfiguredEvent(burst, refill);
        var both = await ChangeAsync(request.Path, [resumed, configured], IsPaused, cancellationToken);
        return both.Events.Count > 0 ? both : await ChangeAsync(request.Path, [configured], when: null, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StreamChangeResponse> ConfigureBreakerAsync(ConfigureBreakerRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(request.Path, [CoreEvents.BreakerConfiguredEvent(request.BurstCapacity, request.RefillPerMinute)], when: null, cancellationToken);

    /// <inheritdoc/>
    public async Task<ArchiveResponse> ArchiveAsync(ArchiveRequest request, CancellationToken cancellationToken)
    {
        var archive = await StreamArchiving.ArchiveAsync(
            _dataSource, ProjectId, NotRoot(request.Path), CallContext.Current.Caller.UserId, _time.GetUtcNow(), cancellationToken);
        _feeds.Silent.Tell();
        return new(archive);
    }

    /// <inheritdoc/>
    public async Task<ArchiveResponse> UnarchiveAsync(UnarchiveRequest request, CancellationToken cancellationToken)
    {
        await StreamArchiving.UnarchiveAsync(_dataSource, ProjectId, NotRoot(request.Path), cancellationToken);
        _feeds.Silent.Tell();
        return new();
    }

    /// <inheritdoc/>
    public async Task<DeleteStreamResponse> DeleteAsync(DeleteStreamRequest request, CancellationToken cancellationToken)
    {
        var path = NotRoot(request.Path);
        Require(string.Equals(request.ConfirmPath, request.Path, StringComparison.Ordinal), "confirmPath", "must be the path once more");
        var deleted = await _deletion.DeleteAsync(ProjectId, path, request.Cascade, CallContext.Current.Caller.UserId, cancellationToken);
        _feeds.Silent.Tell();
        return new(deleted);
    }

    /// <inheritdoc/>
    public Task<VerifyResponse> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken) =>
        StreamVerifier.VerifyAsync(_dataSource, ProjectId, StreamPath.Parse(request.Path), request.Repair, cancellationToken);

    /// <inheritdoc/>
    public async Task<GenerateResponse> GenerateAsync(GenerateRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        Require(request.Count is >= 1 and <= EventGenerator.MaxEvents, "count", $"must be 1 to {EventGenerator.MaxEvents}");
        Require(request.BatchSize is >= 1 and <= EventAdmission.MaxBatchEvents, "batchSize", $"must be 1 to {EventAdmission.MaxBatchEvents}");
        Require(request.Seconds is >= 0 and <= EventGenerator.MaxSeconds, "seconds", $"must be 0 to {EventGenerator.MaxSeconds}");
        return new(await new EventGenerator(_log, _time).RunAsync(ProjectId, path, request, cancellationToken));
    }

    private static bool IsPaused(StreamTip tip) => tip.PausedAtOffset is not null;

    private static StreamPath NotRoot(string text)
    {
        var path = StreamPath.Parse(text);
        Require(!path.IsRoot, "path", "may not be the root");
        return path;
    }

    private async Task<StreamChangeResponse> ChangeAsync(
        string path, IReadOnlyList<EventInput> events, Predicate<StreamTip>? when, CancellationToken cancellationToken)
    {
        var admitted = EventAdmission.Admit(events, EventOrigin.Platform);
        var outcome = await _log.AppendAsync(ProjectId, StreamPath.Parse(path), admitted, AppendMode.MustExist, cancellationToken, when);
        return new(outcome.Events, outcome.HeadOffset);
    }

    private static void RequireListed(int depth, string? query)
    {
        Require(depth is >= 1 and <= StreamPath.MaxSegments, "depth", $"must be 1 to {StreamPath.MaxSegments}");
        Require(query is null or { Length: <= MaxQueryLength }, "query", $"must have at most {MaxQueryLength} characters");
    }
}
