using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>
/// The path of a stream inside a project: <c>/</c>, or segments of <c>[a-z0-9_~-]+</c> each led by one <c>/</c>
/// (requirement S-2). An instance always holds a path of the grammar.
/// </summary>
public sealed record StreamPath
{
    /// <summary>Most characters of a path.</summary>
    public const int MaxLength = 1_023;

    /// <summary>Most segments of a path.</summary>
    public const int MaxSegments = 32;

    /// <summary>The root of every project.</summary>
    public static StreamPath Root { get; } = new("/");

    private StreamPath(string value) => Value = value;

    /// <summary>The path as text.</summary>
    public string Value { get; }

    /// <summary>This is <c>/</c>.</summary>
    public bool IsRoot => Value.Length == 1;

    /// <summary>Last segment; <c>/</c> for the root.</summary>
    public string Name => IsRoot ? Value : Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>Number of segments; 0 for the root.</summary>
    public int Depth => IsRoot ? 0 : Value.Count(character => character == '/');

    /// <summary>The path one level up; null for the root.</summary>
    public StreamPath? Parent => IsRoot ? null : Above(Value.LastIndexOf('/'));

    /// <summary>Every path above this one, nearest first, ending with the root; empty for the root.</summary>
    public IEnumerable<StreamPath> Ancestors
    {
        get
        {
            for (var path = Parent; path is not null; path = path.Parent)
            {
                yield return path;
            }
        }
    }

    /// <summary>
    /// Reads a path from outside. Tolerance is exactly two steps: percent-decode once and add a missing leading
    /// slash (requirement S-3).
    /// </summary>
    /// <exception cref="ApiException"><c>invalid-path</c>, naming the segment that is off the grammar.</exception>
    public static StreamPath Parse(string text)
    {
        var decoded = Uri.UnescapeDataString(text);
        if (decoded.Length == 0)
        {
            throw Invalid("", "The path is empty; the root is '/'.");
        }

        var value = decoded[0] == '/' ? decoded : "/" + decoded;
        return value.Length == 1 ? Root : FromSegments(value[1..].Split('/'));
    }

    /// <summary>
    /// Reads a path that may be relative to this one: <c>child</c>, <c>./x</c>, <c>../x</c> or absolute. Empty and
    /// <c>.</c> segments are ignored (requirement S-4).
    /// </summary>
    /// <exception cref="ApiException"><c>invalid-path</c>: off the grammar, or above the root.</exception>
    public StreamPath Resolve(string relative)
    {
        var decoded = Uri.UnescapeDataString(relative);
        var segments = decoded.StartsWith('/') || IsRoot ? [] : Value[1..].Split('/').ToList();
        foreach (var segment in decoded.Split('/'))
        {
            if (segment is "" or ".")
            {
                continue;
            }

            if (!string.Equals(segment, "..", StringComparison.Ordinal))
            {
                segments.Add(segment);
            }
            else if (segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else
            {
                throw Invalid(segment, "'..' leads above the root.");
            }
        }

        return FromSegments(segments);
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private StreamPath Above(int slash) => slash == 0 ? Root : new(Value[..slash]);

    private static StreamPath FromSegments(IReadOnlyList<string> segments)
    {
        for (var index = 0; index < segments.Count; index++)
        {
            if (!IsSegment(segments[index]))
            {
                throw Invalid(segments[index], segments[index].Length == 0
                    ? $"Segment {index + 1} is empty."
                    : $"Segment '{segments[index]}' may hold only a-z, 0-9, '_', '~' and '-'.");
            }
        }

        if (segments.Count > MaxSegments)
        {
            throw Invalid(segments[MaxSegments], $"Segment '{segments[MaxSegments]}' is one too many; a path has at most {MaxSegments}.");
        }

        var value = "/" + string.Join('/', segments);
        return value.Length <= MaxLength
            ? new(value)
            : throw Invalid(segments[^1], $"The path has {value.Length} characters; at most {MaxLength} are allowed.");
    }

    private static bool IsSegment(string segment) =>
        segment.Length > 0 && segment.All(character => character is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_' or '~' or '-');

    private static ApiException Invalid(string segment, string detail) => new(ErrorCodes.InvalidPath, detail)
    {
        Members = new Dictionary<string, object?>(StringComparer.Ordinal) { ["segment"] = segment },
    };
}
