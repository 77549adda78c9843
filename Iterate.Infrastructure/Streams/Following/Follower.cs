using System.Runtime.CompilerServices;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>Begins and ends follows: limits, presence, the ring, and what a stopping node does to them.</summary>
internal sealed class Follower(
    NpgsqlDataSource dataSource, LiveStreams live, FollowerSlots slots, ViewerBoard viewers, TimeProvider time, StreamsMetrics metrics)
{
    /// <summary>Follows until the caller stops or the node goes away; the sequence then ends without an error.</summary>
    /// <exception cref="ApiException">
    /// <c>not-found</c>, <c>stream-replaced</c>, <c>stream-deleted</c>, <c>cursor-ahead</c>, <c>too-many-followers</c>,
    /// <c>database-unavailable</c>.
    /// </exception>
    public async IAsyncEnumerable<StreamBatch> FollowAsync(
        string projectId, Caller caller, StreamPath path, FollowRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var slot = slots.Take(caller);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, live.Stopping);
        var row = await StreamRow.FindAsync(dataSource, projectId, path, request.StreamId, cancellationToken);
        using var viewing = viewers.Enter(row.Id, caller);
        var stream = live.Enter(row.Id, request.Ephemeral);
        try
        {
            // Read again now that no commit passes the ring by.
            row = await StreamRow.FindAsync(dataSource, projectId, path, row.StreamId, cancellationToken);
            stream.Hint(row.HeadOffset);
            if (request.AfterOffset > row.HeadOffset)
            {
                throw Refusals.CursorAhead(row.HeadOffset);
            }

            IFollow follow = request.HeadsOnly
                ? new HeadFollow(stream, row, time)
                : new EventFollow(dataSource, stream, row, request, time, metrics);
            while (await NodeEnd.OrAsync(follow.NextAsync(ending.Token), cancellationToken) is { } batch)
            {
                yield return batch;
            }
        }
        finally
        {
            live.Leave(stream, request.Ephemeral);
        }
    }
}

/// <summary>One follow of one stream.</summary>
internal interface IFollow
{
    /// <summary>The first batch at once, each later one when there is something to say.</summary>
    Task<StreamBatch> NextAsync(CancellationToken cancellationToken);
}
