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
        Require(
            !request.HeadsOnly || request is { Tail: null, Filter: null, Ephemeral: false },
            "headsOnly", "cannot be combined with tail, filter or ephemeral");
        return _feeds.Follower.FollowAsync(ProjectId, CallContext.Current.Caller, path, request, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<PresenceList> PresenceAsync(PresenceRequest request, CancellationToken cancellationToken) =>
        _feeds.Presence.WatchAsync(CallContext.Current, StreamPath.Parse(request.Path), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StreamListChange> ListLiveAsync(ListLiveRequest request, CancellationToken cancellationToken)
    {
        var under = StreamPath.Parse(request.Under);
        RequireListed(request.Depth, request.Query);
        return _feeds.Lists.WatchAsync(CallContext.Current, under, request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<SendEphemeralResponse> SendEphemeralAsync(SendEphemeralRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        var frame = AdmittedFrame.Admit(request.Name, request.Payload, _time.GetUtcNow());
        var row = await FindAsync(path, expectedStreamId: null, cancellationToken);
        _feeds.Frames.Send(row.Id, frame);
        return new(frame.Frame.SentAt);
    }
}
