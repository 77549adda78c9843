using System.Runtime.CompilerServices;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// One follow: catch-up and live are one loop over one cursor, so there is neither a gap nor a duplicate where they
/// meet (requirement S-91). It holds a cursor and at most one batch (requirement S-93).
/// </summary>
internal sealed class Follower(NpgsqlDataSource dataSource, LiveStreams live, TimeProvider time)
{
    private const int MaxEvents = 200;
    private const long MaxBytes = 1024 * 1024;

    // A filtered reader learns at least so often how far the stream has gone (requirement S-92).
    private static readonly TimeSpan CursorInterval = TimeSpan.FromSeconds(15);

    /// <summary>Follows until the caller stops or the node goes away; the sequence then ends without an error.</summary>
    /// <exception cref="ApiException">
    /// <c>not-found</c>, <c>stream-replaced</c>, <c>cursor-ahead</c>, <c>too-many-followers</c>, <c>database-unavailable</c>.
    /// </exception>
    public async IAsyncEnumerable<StreamBatch> FollowAsync(
        string projectId, StreamPath path, FollowRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = EventMatcher.Create(request.Filter);
        var row = await StreamRow.FindAsync(dataSource, projectId, path, request.StreamId, cancellationToken);
        var stream = live.Enter(row.Id);
        try
        {
            // Read again now that no commit passes the ring by.
            row = await StreamRow.FindAsync(dataSource, projectId, path, row.StreamId, cancellationToken);
            stream.Hint(row.HeadOffset);
            var batch = await FirstAsync(row, request, filter, stream, cancellationToken);
            while (true)
            {
                yield return batch;
                if (await NextAsync(batch, stream, row, filter, cancellationToken) is not { } next)
                {
                    yield break;
                }

                batch = next;
            }
        }
        finally
        {
            live.Leave(stream);
        }
    }

    private async Task<StreamBatch> FirstAsync(
        StreamRow row, FollowRequest request, EventMatcher? filter, LiveStream stream, CancellationToken cancellationToken)
    {
        if (request.Tail is { } tail)
        {
            var page = new EventPage(0, row.HeadOffset + 1, tail, MaxBytes, Backward: true);
            var newest = await page.ReadAsync(dataSource, time, row.Id, filter, cancellationToken);
            return new(row.StreamId, [.. newest.Events.Reverse().Select(written => written.Event)], row.HeadOffset, row.HeadOffset);
        }

        var cursor = request.AfterOffset ?? row.HeadOffset;
        if (cursor > row.HeadOffset)
        {
            throw Refusals.CursorAhead(row.HeadOffset);
        }

        var scanned = await ReadAsync(cursor, stream, row, filter, cancellationToken);
        return Batch(row, scanned, stream);
    }

    private async Task<StreamBatch?> NextAsync(
        StreamBatch sent, LiveStream stream, StreamRow row, EventMatcher? filter, CancellationToken cancellationToken)
    {
        var cursor = sent.ScannedThroughOffset;
        var sentAt = time.GetTimestamp();
        while (!live.Stopping.IsCancellationRequested)
        {
            var changed = stream.Changed;
            var scanned = await ReadAsync(cursor, stream, row, filter, cancellationToken);
            cursor = scanned.ScannedThroughOffset;
            var silent = time.GetElapsedTime(sentAt);
            if (scanned.Events.Count > 0 || (cursor > sent.ScannedThroughOffset && silent >= CursorInterval))
            {
                return Batch(row, scanned, stream);
            }

            if (cursor >= stream.Head)
            {
                await WaitAsync(changed, cursor > sent.ScannedThroughOffset ? CursorInterval - silent : Timeout.InfiniteTimeSpan, cancellationToken);
            }
        }

        return null;
    }

    private async Task<ScannedEvents> ReadAsync(
        long cursor, LiveStream stream, StreamRow row, EventMatcher? filter, CancellationToken cancellationToken) =>
        stream.TryRead(cursor, filter, MaxEvents, MaxBytes)
        ?? await new EventPage(cursor, stream.Head + 1, MaxEvents, MaxBytes, Backward: false).ReadAsync(dataSource, time, row.Id, filter, cancellationToken);

    private async Task WaitAsync(Task changed, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, live.Stopping);
        try
        {
            await changed.WaitAsync(longest, time, end.Token);
        }
        catch (TimeoutException)
        {
            // Time to say how far the cursor is.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The node is going away; the loop sees it.
        }
    }

    private static StreamBatch Batch(StreamRow row, ScannedEvents scanned, LiveStream stream) =>
        new(row.StreamId, [.. scanned.Events.Select(written => written.Event)], Math.Max(stream.Head, scanned.ScannedThroughOffset), scanned.ScannedThroughOffset);
}
