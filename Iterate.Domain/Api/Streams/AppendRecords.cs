namespace Iterate.Domain.Api;

/// <summary>Events for one stream.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream; created with its first event unless <paramref name="MustExist"/>.</param>
/// <param name="Events">At most 1,000 events and 8 MiB.</param>
/// <param name="MustExist">Refuse with <c>not-found</c> instead of creating the stream.</param>
public sealed record AppendRequest(string Project, string Path, IReadOnlyList<EventInput> Events, bool MustExist = false) : IProjectRequest;

/// <summary>What an append did.</summary>
/// <param name="StreamId"><c>str_</c> id of the stream.</param>
/// <param name="Events">Committed events, aligned with the inputs; for a repeated key the event committed before.</param>
/// <param name="HeadOffset">Offset of the newest event after this append.</param>
/// <param name="CommittedCount">How many of the inputs were written now; the rest had been there already.</param>
public sealed record AppendResponse(string StreamId, IReadOnlyList<StreamEvent> Events, long HeadOffset, int CommittedCount);
