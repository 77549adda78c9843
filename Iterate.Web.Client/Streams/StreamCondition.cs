using Iterate.Domain.Api;
using Iterate.Web.Client.Components;

namespace Iterate.Web.Client.Streams;

/// <summary>How a stream fares, as circle and word (requirement S-138).</summary>
internal readonly record struct StreamCondition(Status Status, string Word)
{
    private static readonly TimeSpan ActiveFor = TimeSpan.FromSeconds(60);

    /// <summary>Of a row of a listing.</summary>
    public static StreamCondition Of(StreamSummary stream, DateTimeOffset now) =>
        Of(stream.Archived, stream.Paused, stream.HaltedSubscriptions, stream.LastEventAt, now);

    /// <summary>Of the stream of a page.</summary>
    public static StreamCondition Of(StateResponse state, DateTimeOffset now) => Of(
        state.Archive is not null,
        state.CoreState.Paused,
        state.Runtime.Subscriptions.Count(subscription => subscription.Halted),
        state.CoreState.LastEventAt,
        now);

    private static StreamCondition Of(bool isArchived, bool isPaused, int halted, DateTimeOffset? lastEventAt, DateTimeOffset now) =>
        isArchived ? new(Status.Stopped, "archived")
        : isPaused ? new(Status.Waiting, "paused")
        : halted > 0 ? new(Status.Waiting, halted == 1 ? "1 subscription halted" : $"{halted} subscriptions halted")
        : lastEventAt > now - ActiveFor ? new(Status.Ok, "active")
        : new(Status.Idle, "quiet");
}
