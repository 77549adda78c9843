using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

public sealed partial class StreamsService
{
    private const int MaxMarks = 32;
    private const int MaxPageEvents = 1_000;
    private const long MaxPageBytes = 8 * 1024 * 1024;
    private const int MaxTimeoutMs = 120_000;

    /// <inheritdoc/>
    public async Task<ReadResponse> ReadAsync(ReadRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        var filter = EventMatcher.Create(request.Filter);
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
        var scanned = await page.ReadAsync(_dataSource, _time, row.Id, filter, cancellationToken);
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
        var filter = EventMatcher.Create(request.Filter);
        var row = await FindAsync(path, expectedStreamId: null, cancellationToken);
        return await TypeCounts.ReadAsync(_dataSource, _time, row.Id, filter, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<WaitForEventResponse> WaitForEventAsync(WaitForEventRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        Require(request.TimeoutMs is >= 0 and <= MaxTimeoutMs, "timeoutMs", $"must be 0 to {MaxTimeoutMs}");
        Require(request.AfterOffset is null or >= 0, "afterOffset", "must be at least 0");
        Require(request.Types is null || request.Filter?.Types is null, "types", "cannot be combined with filter.types");
        if (request.Types is not null)
        {
            request = request with { Filter = (request.Filter ?? new()) with { Types = request.Types } };
        }

        var matcher = EventMatcher.Create(request.Filter);
        var row = await FindAsync(path, expectedStreamId: null, cancellationToken);
        return request.AfterOffset > row.HeadOffset
            ? throw Refusals.CursorAhead(row.HeadOffset)
            : await _wait.RunAsync(ProjectId, path, row, request, matcher, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<LocateResponse> LocateAsync(LocateRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        Require(request.Time is null != request.Marks is null, "time", "exactly one of time and marks is needed");
        Require(request.Marks is null or (>= 1 and <= MaxMarks), "marks", $"must be 1 to {MaxMarks}");
        var row = await FindAsync(path, expectedStreamId: null, cancellationToken);
        return request.Time is { } time
            ? new(Offset: await StreamPlaces.AtAsync(_dataSource, row, time, cancellationToken))
            : new(Marks: await StreamPlaces.SpreadAsync(_dataSource, row, request.Marks!.Value, cancellationToken));
    }
}
