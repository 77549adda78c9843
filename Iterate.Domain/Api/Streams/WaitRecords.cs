namespace Iterate.Domain.Api;

/// <summary>Waits for the first matching event after a cursor.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="Types">Up to 50 exact types or prefix globs such as <c>agent/*</c>; short for those of the filter.</param>
/// <param name="Filter">What to wait for; without it the next event.</param>
/// <param name="AfterOffset">Where to begin, history first; absent means the head, so only what is still to come.</param>
/// <param name="TimeoutMs">0 to 120,000 milliseconds.</param>
public sealed record WaitForEventRequest(
    string Project,
    string Path,
    IReadOnlyList<string>? Types = null,
    EventFilter? Filter = null,
    long? AfterOffset = null,
    int TimeoutMs = 30_000) : IProjectRequest;

/// <summary>What a wait came to.</summary>
/// <param name="TimedOut">There was none in time.</param>
/// <param name="ScannedThroughOffset">Where to continue.</param>
/// <param name="Event">The first matching event; absent when time ran out.</param>
public sealed record WaitForEventResponse(bool TimedOut, long ScannedThroughOffset, StreamEvent? Event = null) : ITimedAnswer;
