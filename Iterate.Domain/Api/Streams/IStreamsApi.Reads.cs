namespace Iterate.Domain.Api;

// Reads (section 6).
public partial interface IStreamsApi
{
    /// <summary>One page of events in either direction (section 6). At most 20,000 events or 500 ms are examined.</summary>
    /// <exception cref="ApiException"><c>cursor-ahead</c>, <c>stream-replaced</c>, <c>invalid-input</c>.</exception>
    [Access(Tier.ProjectRead)]
    Task<ReadResponse> ReadAsync(ReadRequest request, CancellationToken cancellationToken);

    /// <summary>One event by offset or by idempotency key (requirement S-83).</summary>
    [Access(Tier.ProjectRead)]
    Task<StreamEvent> GetEventAsync(GetEventRequest request, CancellationToken cancellationToken);

    /// <summary>How many events there are and how many match, by type, largest first (requirement S-82).</summary>
    [Access(Tier.ProjectRead)]
    Task<CountResponse> CountAsync(CountRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Waits for the first matching event, in history first if there is a cursor (requirement S-84). Running out of time
    /// is no error: the answer says so and where to continue.
    /// </summary>
    /// <exception cref="ApiException"><c>cursor-ahead</c>, <c>invalid-input</c>, <c>too-many-followers</c>; <c>busy</c> when the node goes away.</exception>
    [Access(Tier.ProjectRead)]
    Task<WaitForEventResponse> WaitForEventAsync(WaitForEventRequest request, CancellationToken cancellationToken);

    /// <summary>Finds the event of an instant, or marks on the way through the stream (requirement S-85).</summary>
    [Access(Tier.ProjectRead)]
    Task<LocateResponse> LocateAsync(LocateRequest request, CancellationToken cancellationToken);
}
