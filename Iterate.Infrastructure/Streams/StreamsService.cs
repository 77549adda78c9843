using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>The group <c>streams</c> of the contract. Rights were checked by the guard; this reads what it established.</summary>
public sealed class StreamsService : IStreamsApi
{
    private const int MaxPageEvents = 1_000;
    private const long MaxPageBytes = 8 * 1024 * 1024;
    private const int MaxTail = 200;
    private const int MaxListed = 200;
    private const int MaxQueryLength = 200;

    private readonly EventLog _log;
    private readonly Follower _follower;
    private readonly NpgsqlDataSource _dataSource;

    internal StreamsService(EventLog log, Follower follower, NpgsqlDataSource dataSource)
    {
        _log = log;
        _follower = follower;
        _dataSource = dataSource;
    }

    /// <inheritdoc/>
    public async Task<AppendResponse> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        var events = EventAdmission.Admit(request.Events, EventOrigin.Caller);
        if (events.Count == 0)
        {
            var row = await FindAsync(path, expectedStreamId: null, cancellationToken);
            return new(row.StreamId, [], row.HeadOffset, 0);
        }

        var mode = request.MustExist ? AppendMode.MustExist : AppendMode.CreateIfMissing;
        var outcome = await _log.AppendAsync(ProjectId, path, events, mode, cancellationToken);
        return new(outcome.StreamId, outcome.Events, outcome.HeadOffset, outcome.CommittedCount);
    }

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
    public async Task<ReadResponse> ReadAsync(ReadRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        var filter = EventTypeFilter.Create(request.Filter);
        Require(request.Limit is >= 1 and <= MaxPageEvents, "limit", $"must be 1 to {MaxPageEvents}");
        Require(request.AfterOffset >= 0, "afterOffset", "must be at least 0");
        Require(request.BeforeOffset is null or >= 1, "beforeOffset", "must be at least 1");
        var row = await FindAsync(path, request.StreamId, cancellationToken);
        var backward = request.Direction == ReadDirection.Backward;
        if (request.AfterOffset > row.HeadOffset || (backward && request.BeforeOffset > row.HeadOffset + 1))
        {
            throw Refusals.CursorAhead(row.HeadOffset);
        }

        var before = Math.Min(request.BeforeOffset ?? long.MaxValue, row.HeadOffset + 1);
        var page = new EventPage(request.AfterOffset, before, request.Limit, MaxPageBytes, backward);
        var scanned = await page.ReadAsync(_dataSource, row.Id, filter, cancellationToken);
        var atEnd = backward ? scanned.ScannedThroughOffset <= request.AfterOffset + 1 : scanned.ScannedThroughOffset >= before - 1;
        return new(row.StreamId, [.. scanned.Events.Select(written => written.Event)], row.HeadOffset, scanned.ScannedThroughOffset, atEnd);
    }

    /// <inheritdoc/>
    public async Task<StreamEvent> GetEventAsync(GetEventRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        Require(request.Offset is null != request.IdempotencyKey is null, "offset", "exactly one of offset and idempotencyKey is needed");
        var row = await FindAsync(path, expectedStreamId: null, cancellationToken);
        return request.Offset is { } offset
            ? await EventLookup.ByOffsetAsync(_dataSource, row.Id, offset, cancellationToken)
            : await EventLookup.ByKeyAsync(_dataSource, row.Id, request.IdempotencyKey!.Trim(), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<CountResponse> CountAsync(CountRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        var filter = EventTypeFilter.Create(request.Filter);
        var row = await FindAsync(path, expectedStreamId: null, cancellationToken);
        return await TypeCounts.ReadAsync(_dataSource, row.Id, filter, cancellationToken);
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

    /// <inheritdoc/>
    public IAsyncEnumerable<StreamBatch> FollowAsync(FollowRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        Require(request.AfterOffset is null or >= 0, "afterOffset", "must be at least 0");
        Require(request.Tail is null or (>= 1 and <= MaxTail), "tail", $"must be 1 to {MaxTail}");
        Require(request.AfterOffset is null || request.Tail is null, "tail", "cannot be combined with afterOffset");
        return _follower.FollowAsync(ProjectId, path, request, cancellationToken);
    }

    private static string ProjectId => CallContext.CurrentProject.ProjectId;

    private Task<StreamRow> FindAsync(StreamPath path, string? expectedStreamId, CancellationToken cancellationToken) =>
        StreamRow.FindAsync(_dataSource, ProjectId, path, expectedStreamId, cancellationToken);

    private static void Require(bool holds, string field, string error)
    {
        if (!holds)
        {
            throw ApiException.InvalidInput(field, error);
        }
    }
}
