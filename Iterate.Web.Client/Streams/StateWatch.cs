using System.Runtime.CompilerServices;
using Iterate.Domain.Api;

namespace Iterate.Web.Client.Streams;

/// <summary>The state of a stream as it changes.</summary>
internal static class StateWatch
{
    /// <summary>
    /// The state now, and again whenever the stream has moved; heads come at most four times a second, and so does
    /// this (requirement S-173).
    /// </summary>
    /// <exception cref="ApiException">The codes of <c>follow</c> and <c>state</c>.</exception>
    public static async IAsyncEnumerable<StateResponse> WatchStateAsync(
        this IStreamsApi streams, string project, string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var _ in streams.FollowAsync(new(project, path, HeadsOnly: true), cancellationToken))
        {
            yield return await streams.StateAsync(new(project, path), cancellationToken);
        }
    }
}
