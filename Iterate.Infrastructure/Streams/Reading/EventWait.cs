using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Waits for one event (requirement S-84): looks through history, then follows from where that ended. The follow is by
/// cursor, so what was committed in between is its first batch.
/// </summary>
internal sealed class EventWait(NpgsqlDataSource dataSource, Follower follower, TimeProvider time)
{
    private const long MaxBytes = 1024 * 1024;

    /// <summary>Waits as <paramref name="request"/> says; <paramref name="matcher"/> is its filter.</summary>
    public async Task<WaitForEventResponse> RunAsync(
        string projectId, StreamPath path, StreamRow row, WaitForEventRequest request, EventMatcher? matcher, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var timeout = TimeSpan.FromMilliseconds(request.TimeoutMs);
        var cursor = request.AfterOffset ?? row.HeadOffset;
        TimeSpan left;
        do
        {
            var page = new EventPage(cursor, row.HeadOffset + 1, Limit: 1, MaxBytes, Backward: false);
            var scanned = await page.ReadAsync(dataSource, time, row.Id, matcher, cancellationToken);
            if (scanned.Events is [var found])
            {
                return Found(found.Event);
            }

            cursor = scanned.ScannedThroughOffset;
            left = timeout - time.GetElapsedTime(started);
        }
        while (cursor < row.HeadOffset && left > TimeSpan.Zero);

        var follow = new FollowRequest(request.Project, request.Path, cursor, Filter: request.Filter, StreamId: row.StreamId);
        return left > TimeSpan.Zero ? await FollowAsync(projectId, path, follow, left, cancellationToken) : TimedOut(cursor);
    }

    private async Task<WaitForEventResponse> FollowAsync(
        string projectId, StreamPath path, FollowRequest follow, TimeSpan left, CancellationToken cancellationToken)
    {
        var cursor = follow.AfterOffset!.Value;
        using var patience = new CancellationTokenSource(left, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            // Whoever waits is no viewer.
            await foreach (var batch in follower.FollowAsync(projectId, Caller.Anonymous, path, follow, end.Token))
            {
                if (batch.Events is [var found, ..])
                {
                    return Found(found);
                }

                cursor = batch.ScannedThroughOffset;
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return TimedOut(cursor);
        }

        throw Refusals.Stopping();
    }

    private static WaitForEventResponse Found(StreamEvent found) => new(TimedOut: false, found.Offset, found);

    private static WaitForEventResponse TimedOut(long cursor) => new(TimedOut: true, cursor);
}
