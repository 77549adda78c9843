namespace Iterate.Domain.Api;

/// <summary>Finds places in a stream, by exactly one of time and marks.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="Time">Find the first event at or after this instant.</param>
/// <param name="Marks">1 to 32: so many events spread evenly over the stream, the first and the last among them.</param>
public sealed record LocateRequest(string Project, string Path, DateTimeOffset? Time = null, int? Marks = null) : IProjectRequest;

/// <summary>Places in a stream.</summary>
/// <param name="Offset">Of the first event at or after the time; beyond the head when there is none yet.</param>
/// <param name="Marks">Ascending; fewer than asked for when the stream is shorter.</param>
public sealed record LocateResponse(long? Offset = null, IReadOnlyList<StreamMark>? Marks = null);

/// <summary>One event as a mark on the way through a stream.</summary>
public sealed record StreamMark(long Offset, DateTimeOffset CreatedAt);
