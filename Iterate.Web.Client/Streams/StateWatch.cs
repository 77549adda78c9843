using System.Runtime.CompilerServices;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Web.Client.Streams;

/// <summary>The state of a stream as it changes.</summary>
internal static class StateWatch
{
    /// <summary>Most a listing searches for.</summary>
    private const int LongestQuery = 200;

    /// <summary>
    /// The state now, and again whenever the stream has moved, was archived or taken out of the archive; at most four
    /// times a second (requirement S-173). Whoever watches the state does not follow the stream.
    /// </summary>
    /// <exception cref="ApiException">The codes of <c>list-live</c> and <c>state</c>.</exception>
    public static async IAsyncEnumerable<StateResponse> WatchStateAsync(
        this IStreamsApi streams, string project, string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (StreamPath.Parse(path).Parent is not { } parent)
        {
            // No listing holds the root, and nobody can archive it.
            await foreach (var _ in streams.FollowAsync(new(project, path, HeadsOnly: true), cancellationToken))
            {
                yield return await streams.StateAsync(new(project, path), cancellationToken);
            }

            yield break;
        }

        var row = new ListLiveRequest(project, parent.Value, Query: path.Length <= LongestQuery ? path : null);
        await foreach (var change in streams.ListLiveAsync(row, cancellationToken))
        {
            if (change.Refetch || change.Streams.Any(stream => stream.Path == path))
            {
                yield return await streams.StateAsync(new(project, path), cancellationToken);
            }
        }
    }
}
