using System.Runtime.CompilerServices;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>Answers the live method <c>presence</c>.</summary>
internal sealed class PresenceFeed(
    NpgsqlDataSource dataSource, LiveStreams live, FollowerSlots slots, ViewerBoard viewers, TimeProvider time)
{
    /// <summary>The list at once and whenever it changes, until the caller stops or the node goes away.</summary>
    /// <exception cref="ApiException"><c>not-found</c>, <c>too-many-followers</c>, <c>database-unavailable</c>.</exception>
    public async IAsyncEnumerable<PresenceList> WatchAsync(
        CallContext call, StreamPath path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var slot = slots.Take(call.Caller);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, live.Stopping);
        var row = await StreamRow.FindAsync(dataSource, call.Project!.ProjectId, path, expectedStreamId: null, cancellationToken);
        using var watch = viewers.Watch(row.Id);
        while (await NodeEnd.OrAsync(watch.NextAsync(ending.Token), cancellationToken) is { } list)
        {
            yield return new(list, time.GetUtcNow());
        }
    }
}
