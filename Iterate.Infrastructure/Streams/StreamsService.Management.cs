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
        var events = request.Metadata.IsAbsent
            ? []
            : EventAdmission.Admit([CoreEvents.MetadataUpdatedEvent(request.Metadata)], EventOrigin.Caller);
        var outcome = await _log.AppendAsync(ProjectId, path, events, AppendMode.OnlyIfMissing, cancellationToken);
        return new(outcome.StreamId, path.Value, outcome.HeadOffset, outcome.Created);
    }

    /// <inheritdoc/>
    public Task<ListStreamsResponse> ListAsync(ListStreamsRequest request, CancellationToken cancellationToken)
    {
        var under = StreamPath.Parse(request.Under);
        Require(request.Depth is >= 1 and <= StreamPath.MaxSegments, "depth", $"must be 1 to {StreamPath.MaxSegments}");
        Require(request.Limit is >= 1 and <= MaxListed, "limit", $"must be 1 to {MaxListed}");
        Require(request.Query is null or { Length: <= MaxQueryLength }, "query", $"must have at most {MaxQueryLength} characters");
        return StreamList.ReadAsync(_dataSource, ProjectId, under, request, cancellationToken);
    }
}
