using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Follows the events of a stream: catch-up and live are one loop over one cursor, so there is neither a gap nor a
/// duplicate where they meet (requirement S-91). It holds a cursor and at most one batch (requirement S-93).
/// </summary>
internal sealed class EventFollow(
    NpgsqlDataSource dataSource, LiveStream stream, StreamRow row, FollowRequest request, TimeProvider time, StreamsMetrics metrics) : IFollow
{
    /// <summary>Most events of a batch.</summary>
    public const int MaxEvents = 200;

    /// <summary>Most bytes of a batch, unless one event alone has more.</summary>
    public const long MaxBytes = 1024 * 1024;

    // A filtered reader learns at least so often how far the stream has gone (requirement S-92).
    private static readonly TimeSpan CursorInterval = TimeSpan.FromSeconds(15);

    // The one place where a follow knows what a filter is.
    private readonly EventMatcher? _filter = EventMatcher.Create(request.Filter);
    private Predicate<StreamEvent>? _wanted;

    private bool _began;
    private long _cursor;
    private long _sentCursor;
    private long _sentAt;
    private long _frames;

    /// <inheritdoc/>
    public async Task<StreamBatch> NextAsync(CancellationToken cancellationToken)
    {
        if (!_began)
        {
            _began = true;
            _wanted = _filter is null ? null : _filter.Matches;
            _frames = stream.Frames.Newest;
            return await FirstAsync(cancellationToken);
        }

        while (true)
        {
            var changed = request.Ephemeral ? Task.WhenAny(stream.Changed, stream.Frames.Arrived) : stream.Changed;
            if (stream.EndCode is { } code)
            {
                throw Refusals.Ended(code);
            }

            var events = await ReadAsync(cancellationToken);
            var frames = request.Ephemeral ? ReadFrames(events) : null;
            var silent = time.GetElapsedTime(_sentAt);
            if (events.Count > 0 || frames is { Count: > 0 } || (_cursor > _sentCursor && silent >= CursorInterval))
            {
                return Batch(events, frames);
            }

            if (_cursor >= stream.Head)
            {
                await WaitAsync(changed, _cursor > _sentCursor ? CursorInterval - silent : Timeout.InfiniteTimeSpan, cancellationToken);
            }
        }
    }

    private async Task<StreamBatch> FirstAsync(CancellationToken cancellationToken)
    {
        if (request.Tail is { } tail)
        {
            var page = new EventPage(0, row.HeadOffset + 1, tail, MaxBytes, Backward: true);
            var newest = await page.ReadAsync(dataSource, time, row.Id, _filter, cancellationToken);
            _cursor = _sentCursor = row.HeadOffset;
            _sentAt = time.GetTimestamp();
            return new(row.StreamId, [.. newest.Events.Reverse().Select(written => written.Event)], row.HeadOffset, row.HeadOffset);
        }

        _cursor = _sentCursor = request.AfterOffset ?? row.HeadOffset;
        return Batch(await ReadAsync(cancellationToken), frames: null);
    }

    private async Task<IReadOnlyList<WrittenEvent>> ReadAsync(CancellationToken cancellationToken)
    {
        var newest = stream.TryRead(_cursor, _wanted, MaxEvents, MaxBytes);
        if (newest is null || newest.ScannedThroughOffset > _cursor)
        {
            metrics.RingRead(hit: newest is not null);
        }

        var scanned = newest
            ?? await new EventPage(_cursor, stream.Head + 1, MaxEvents, MaxBytes, Backward: false)
                .ReadAsync(dataSource, time, row.Id, _filter, cancellationToken);
        _cursor = scanned.ScannedThroughOffset;
        return scanned.Events;
    }

    private List<EphemeralFrame> ReadFrames(IReadOnlyList<WrittenEvent> events)
    {
        var (frames, through) = stream.Frames.Read(_frames, MaxBytes - events.Sum(written => (long)written.Bytes));
        _frames = through;
        return frames;
    }

    private async Task WaitAsync(Task changed, TimeSpan longest, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(longest, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Time to say how far the cursor is.
        }
    }

    private StreamBatch Batch(IReadOnlyList<WrittenEvent> events, List<EphemeralFrame>? frames)
    {
        var skipped = _cursor - _sentCursor - events.Count;
        _sentCursor = _cursor;
        _sentAt = time.GetTimestamp();
        return new(row.StreamId, [.. events.Select(written => written.Event)], Math.Max(stream.Head, _cursor), _cursor)
        {
            Skipped = skipped == 0 ? null : skipped,
            Ephemeral = frames is { Count: > 0 } ? frames : null,
        };
    }
}
