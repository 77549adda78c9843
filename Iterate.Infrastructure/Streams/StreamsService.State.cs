using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

public sealed partial class StreamsService
{
    /// <inheritdoc/>
    public async Task<StateResponse> StateAsync(StateRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        var stored = await StoredState.FindAsync(_dataSource, ProjectId, path, cancellationToken);
        var subscriptions = stored.Details.Subscriptions
            .OrderBy(subscription => subscription.Key, StringComparer.Ordinal)
            .Select(subscription => new SubscriptionStatus(
                subscription.Key, stored.Details.Subscribers.ContainsKey(subscription.Key), subscription.Value.Halt is not null));
        return new(
            StreamState.Of(ProjectId, path, stored.Row.StreamId, stored.Row.Tip, stored.Details),
            new(_live.FollowersOf(stored.Row.Id), [.. subscriptions]),
            stored.Archive);
    }

    /// <inheritdoc/>
    public async Task<StateAtResponse> StateAtAsync(StateAtRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        Require(request.Offset >= 1, "offset", "must be at least 1");
        var row = await FindAsync(path, request.StreamId, cancellationToken);
        if (request.Offset > row.HeadOffset)
        {
            throw Refusals.CursorAhead(row.HeadOffset);
        }

        var at = await EventLookup.ByOffsetAsync(_dataSource, row.Id, request.Offset, cancellationToken);
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var there = new StreamTip { HeadOffset = at.Offset, LastEventAt = at.CreatedAt };
        var (tip, details) = await StateRebuild.ReduceAsync(connection, row.Id, there, path, cancellationToken);
        var state = StreamState.Of(ProjectId, path, row.StreamId, tip, details);
        return new(state with { Breaker = state.Breaker with { AvailableTokens = null } });
    }
}
