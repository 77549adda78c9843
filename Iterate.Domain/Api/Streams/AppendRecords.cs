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

/// <summary>Batches for several streams of one project.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Batches">1 to 100, each for another path.</param>
public sealed record AppendManyRequest(string Project, IReadOnlyList<AppendManyBatch> Batches) : IProjectRequest;

/// <summary>A batch for one of the streams.</summary>
/// <param name="Path">Path of the stream.</param>
/// <param name="Events">At most 1,000 events and 8 MiB.</param>
/// <param name="MustExist">Refuse with <c>not-found</c> instead of creating the stream.</param>
public sealed record AppendManyBatch(string Path, IReadOnlyList<EventInput> Events, bool MustExist = false);

/// <summary>What became of the batches, in their order.</summary>
public sealed record AppendManyResponse(IReadOnlyList<AppendManyResult> Results);

/// <summary>What became of one batch: exactly one of result and problem.</summary>
/// <param name="StreamPath">The path as it was asked for.</param>
/// <param name="Result">What it did.</param>
/// <param name="Problem">Why it was refused.</param>
public sealed record AppendManyResult(string StreamPath, AppendResponse? Result = null, AppendProblem? Problem = null);

/// <summary>A refusal inside an answer.</summary>
/// <param name="Code">Machine code.</param>
/// <param name="Status">The HTTP status it would have had alone.</param>
/// <param name="Detail">One sentence for a person.</param>
/// <param name="Members">Further members of the problem, such as <c>headOffset</c>.</param>
public sealed record AppendProblem(string Code, int Status, string Detail, IReadOnlyDictionary<string, object?> Members);

/// <summary>An append that is only thought.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="Events">At most 1,000 events and 8 MiB.</param>
/// <param name="MustExist">Refuse with <c>not-found</c> instead of creating the stream.</param>
public sealed record PreviewAppendRequest(string Project, string Path, IReadOnlyList<EventInput> Events, bool MustExist = false) : IProjectRequest;

/// <summary>What the append would have answered at this instant.</summary>
/// <param name="Events">As committed, aligned with the inputs.</param>
/// <param name="HeadOffset">Offset of the newest event afterwards.</param>
/// <param name="CommittedCount">How many of the inputs would be written.</param>
/// <param name="CoreState">The state afterwards.</param>
public sealed record PreviewAppendResponse(IReadOnlyList<StreamEvent> Events, long HeadOffset, int CommittedCount, StreamState CoreState);
