namespace Iterate.Domain.Api;

/// <summary>
/// The machine codes of refusals and the one HTTP status each of them has (spec README, Error codes).
/// A code outside this table cannot be thrown.
/// </summary>
public static class ErrorCodes
{
    public const string InvalidInput = "invalid-input";
    public const string InvalidPath = "invalid-path";
    public const string InvalidEvent = "invalid-event";
    public const string InvalidState = "invalid-state";
    public const string Unauthenticated = "unauthenticated";
    public const string Forbidden = "forbidden";
    public const string CsrfRefused = "csrf-refused";
    public const string ReservedEventType = "reserved-event-type";
    public const string NotFound = "not-found";
    public const string CursorAhead = "cursor-ahead";
    public const string ImportPosition = "import-position";
    public const string IdempotencyConflict = "idempotency-conflict";
    public const string JobStateConflict = "job-state-conflict";
    public const string LinkUsed = "link-used";
    public const string NameTaken = "name-taken";
    public const string OffsetConflict = "offset-conflict";
    public const string StreamArchived = "stream-archived";
    public const string StreamHasChildren = "stream-has-children";
    public const string StreamImporting = "stream-importing";
    public const string StreamPaused = "stream-paused";
    public const string StreamDeleted = "stream-deleted";
    public const string StreamReplaced = "stream-replaced";
    public const string SubscriberTypeChanged = "subscriber-type-changed";
    public const string TooManySubscriptions = "too-many-subscriptions";
    public const string TooLarge = "too-large";
    public const string EventTooLarge = "event-too-large";
    public const string BatchTooLarge = "batch-too-large";
    public const string StreamStateTooLarge = "stream-state-too-large";
    public const string PayloadTooLarge = "payload-too-large";
    public const string TooManyFollowers = "too-many-followers";
    public const string Internal = "internal";
    public const string Busy = "busy";
    public const string DatabaseUnavailable = "database-unavailable";
    public const string AppendOutcomeUnknown = "append-outcome-unknown";

    private static readonly Dictionary<string, int> Statuses = new(StringComparer.Ordinal)
    {
        [InvalidInput] = 400,
        [InvalidPath] = 400,
        [InvalidEvent] = 400,
        [InvalidState] = 400,
        [Unauthenticated] = 401,
        [Forbidden] = 403,
        [CsrfRefused] = 403,
        [ReservedEventType] = 403,
        [NotFound] = 404,
        [CursorAhead] = 409,
        [ImportPosition] = 409,
        [IdempotencyConflict] = 409,
        [JobStateConflict] = 409,
        [LinkUsed] = 409,
        [NameTaken] = 409,
        [OffsetConflict] = 409,
        [StreamArchived] = 409,
        [StreamHasChildren] = 409,
        [StreamImporting] = 409,
        [StreamPaused] = 409,
        [StreamDeleted] = 410,
        [StreamReplaced] = 410,
        [SubscriberTypeChanged] = 409,
        [TooManySubscriptions] = 409,
        [TooLarge] = 413,
        [EventTooLarge] = 413,
        [BatchTooLarge] = 413,
        [StreamStateTooLarge] = 413,
        [PayloadTooLarge] = 413,
        [TooManyFollowers] = 429,
        [Internal] = 500,
        [Busy] = 503,
        [DatabaseUnavailable] = 503,
        [AppendOutcomeUnknown] = 503,
    };

    /// <summary>Every code.</summary>
    public static IReadOnlyCollection<string> All => Statuses.Keys;

    /// <summary>The HTTP status of <paramref name="code"/>.</summary>
    /// <exception cref="ArgumentException">The code is not in the table.</exception>
    public static int StatusOf(string code) =>
        Statuses.TryGetValue(code, out var status)
            ? status
            : throw new ArgumentException($"'{code}' is not an error code of the contract.", nameof(code));
}
