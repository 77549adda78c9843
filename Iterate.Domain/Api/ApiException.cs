namespace Iterate.Domain.Api;

/// <summary>
/// A refusal: nothing was written. The same exception is a problem+json answer over HTTP, a typed exception in
/// process and <c>error.code</c> in the CLI.
/// </summary>
/// <param name="code">A code of <see cref="ErrorCodes"/>.</param>
/// <param name="detail">One sentence for a person, naming what was wrong. Never holds a secret.</param>
public sealed class ApiException(string code, string detail) : Exception(detail)
{
    /// <summary>Machine code, one of <see cref="ErrorCodes"/>.</summary>
    public string Code { get; } = code;

    /// <summary>HTTP status of the code.</summary>
    public int Status { get; } = ErrorCodes.StatusOf(code);

    /// <summary>
    /// Further members of the problem, such as <c>headOffset</c> of <c>offset-conflict</c> or <c>errors</c> of
    /// <c>invalid-event</c>. Values are serialized with <see cref="ApiJson.Options"/>.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Members { get; init; } = EmptyMembers;

    /// <summary>Seconds after which trying again makes sense; the HTTP face answers them as <c>Retry-After</c>.</summary>
    public int? RetryAfterSeconds { get; init; }

    private static readonly Dictionary<string, object?> EmptyMembers = new(StringComparer.Ordinal);

    /// <summary>Invalid request input, with the errors per field (requirement A-40).</summary>
    public static ApiException InvalidInput(string field, string error) =>
        new(ErrorCodes.InvalidInput, $"{field}: {error}")
        {
            Members = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["errors"] = new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [error] },
            },
        };

    /// <summary>
    /// What anybody gets for a thing that does not exist or that they may not see; byte-identical in both cases
    /// (requirements S-8 and A-34), so it names nothing.
    /// </summary>
    public static ApiException NotFound() => new(ErrorCodes.NotFound, "There is no such thing here.");
}
