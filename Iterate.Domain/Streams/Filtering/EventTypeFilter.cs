using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>The types of an <see cref="EventFilter"/>, checked and ready to match (requirement S-79).</summary>
public sealed class EventTypeFilter
{
    /// <summary>Most entries of a filter.</summary>
    public const int MaxTypes = 50;

    private readonly HashSet<string> _types;
    private readonly string[] _prefixes;

    private EventTypeFilter(HashSet<string> types, string[] prefixes)
    {
        _types = types;
        _prefixes = prefixes;
    }

    /// <summary>Types that match as they are.</summary>
    public IReadOnlyCollection<string> Types => _types;

    /// <summary>Beginnings of types that match, such as <c>agent/</c> for the glob <c>agent/*</c>.</summary>
    public IReadOnlyList<string> Prefixes => _prefixes;

    /// <summary>Reads the filter of a request; null when it lets everything through.</summary>
    /// <exception cref="ApiException"><c>invalid-input</c> for more than 50 types, an empty one, or <c>*</c> anywhere but at the end.</exception>
    public static EventTypeFilter? Create(EventFilter? filter)
    {
        if (filter?.Types is not { Count: > 0 } entries)
        {
            return null;
        }

        if (entries.Count > MaxTypes)
        {
            throw ApiException.InvalidInput("filter.types", $"at most {MaxTypes} types are allowed");
        }

        var types = new HashSet<string>(StringComparer.Ordinal);
        var prefixes = new List<string>();
        foreach (var entry in entries)
        {
            var star = entry.IndexOf('*', StringComparison.Ordinal);
            if (entry.Length is 0 or > EventAdmission.MaxTextLength * 2 || entry.Contains('\0', StringComparison.Ordinal)
                || (star >= 0 && star != entry.Length - 1))
            {
                throw ApiException.InvalidInput("filter.types", $"'{entry}' is neither a type nor a beginning of types followed by '*'");
            }

            if (star < 0)
            {
                types.Add(entry);
            }
            else
            {
                prefixes.Add(entry[..star]);
            }
        }

        return new(types, [.. prefixes]);
    }

    /// <summary>Whether an event of <paramref name="type"/> is to be seen.</summary>
    public bool Matches(string type) =>
        _types.Contains(type) || Array.Exists(_prefixes, prefix => type.StartsWith(prefix, StringComparison.Ordinal));
}
