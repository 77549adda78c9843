using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

public sealed partial class StreamsService
{
    private const int MaxTail = 200;

    /// <inheritdoc/>
    public IAsyncEnumerable<StreamBatch> FollowAsync(FollowRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        Require(request.AfterOffset is null or >= 0, "afterOffset", "must be at least 0");
        Require(request.Tail is null or (>= 1 and <= MaxTail), "tail", $"must be 1 to {MaxTail}");
        Require(request.AfterOffset is null || request.Tail is null, "tail", "cannot be combined with afterOffset");
        return _follower.FollowAsync(ProjectId, path, request, cancellationToken);
    }
}
