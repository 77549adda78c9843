using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Streams;

/// <summary>The refusals of section 3 that concern the machinery and not the events. One instance per caller.</summary>
internal static class Refusals
{
    public static ApiException Busy() =>
        new(ErrorCodes.Busy, "The log is taking more than it can write. Nothing was written; try again.") { RetryAfterSeconds = 1 };

    public static ApiException Stopping() => new(ErrorCodes.Busy, "This node is going away; try again.") { RetryAfterSeconds = 1 };

    public static ApiException DatabaseUnavailable() =>
        new(ErrorCodes.DatabaseUnavailable, "The database is not available and nothing was written; try again.") { RetryAfterSeconds = 1 };

    public static ApiException OutcomeUnknown() =>
        new(ErrorCodes.AppendOutcomeUnknown, "It is not known whether the events were written. Repeat the call with the same idempotency keys.")
        {
            RetryAfterSeconds = 1,
        };

    public static ApiException Internal() =>
        new(ErrorCodes.Internal, "The database refused the events for a reason that should have been found before. Nothing was written.");

    public static ApiException StreamReplaced(string streamId) =>
        new(ErrorCodes.StreamReplaced, "Another stream has taken this path.") { Members = Member("streamId", streamId) };

    public static ApiException StreamImporting(string importId) =>
        new(ErrorCodes.StreamImporting, "Events are being imported into the stream; until that ends nothing else is written.") { Members = Member("importId", importId) };

    public static ApiException ImportPosition(long expectedLine) =>
        new(ErrorCodes.ImportPosition, $"The next line of this import is {expectedLine}.") { Members = Member("expectedLine", expectedLine) };

    public static ApiException StreamDeleted() =>
        new(ErrorCodes.StreamDeleted, "The stream was deleted. An admin of the project can create a new one at its path.");

    public static ApiException CursorAhead(long headOffset) =>
        new(ErrorCodes.CursorAhead, $"The cursor is beyond the newest event, {headOffset}.") { Members = Member("headOffset", headOffset) };

    /// <summary>What ends a follow of a stream that can be followed no longer.</summary>
    public static ApiException Ended(string code) => new(code, code switch
    {
        ErrorCodes.StreamDeleted => "The stream was deleted.",
        _ => throw new ArgumentException($"Nothing ends a follow with '{code}'.", nameof(code)),
    });

    public static ApiException TooManyFollowers(int limit, string of) =>
        new(ErrorCodes.TooManyFollowers, $"{of} follows {limit} times already, which is the limit.") { RetryAfterSeconds = 10 };

    private static Dictionary<string, object?> Member(string name, object value) => new(StringComparer.Ordinal) { [name] = value };
}
