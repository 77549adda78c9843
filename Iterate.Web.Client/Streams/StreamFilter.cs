using System.Globalization;
using Iterate.Domain.Api;

namespace Iterate.Web.Client.Streams;

/// <summary>What of a stream is seen: the part of the filter bar in the URL (requirements S-143 and S-174).</summary>
public sealed record StreamFilter
{
    /// <summary>Most characters of <see cref="Text"/> (requirement S-79).</summary>
    public const long LongestText = 200;

    /// <summary>Exact types or prefix globs; none for all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Text in the events; empty for any.</summary>
    public string Text { get; init; } = "";

    /// <summary>First offset; null for the start.</summary>
    public long? From { get; init; }

    /// <summary>Last offset; null for whatever comes.</summary>
    public long? To { get; init; }

    /// <summary>Everything is seen.</summary>
    public bool IsEmpty => Types.Count == 0 && !HasTextOrRange;

    /// <summary>Not only types are chosen.</summary>
    public bool HasTextOrRange => Text.Length > 0 || From is not null || To is not null;

    /// <summary>What to ask the contract for; bounds are the reader's own.</summary>
    public EventFilter? Events => Types.Count == 0 && Text.Length == 0
        ? null
        : new() { Types = Types.Count == 0 ? null : Types, Contains = Text.Length == 0 ? null : Text };

    /// <summary>The parameters of the URL; null for those that are not in it.</summary>
    public IReadOnlyDictionary<string, string?> Query => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["types"] = Types.Count == 0 ? null : string.Join(',', Types),
        ["q"] = Text.Length == 0 ? null : Text,
        ["from"] = From?.ToString(CultureInfo.InvariantCulture),
        ["to"] = To?.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Reads the parameters of a URL; what cannot be is left out, as the list leaves it out.</summary>
    public static StreamFilter Of(string? types, string? text, long? from, long? to) => new()
    {
        Types = types?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
        Text = text?.Trim() is { } trimmed ? trimmed[..(int)Math.Min(trimmed.Length, LongestText)] : "",
        From = from >= 1 ? from : null,
        To = to >= Math.Max(1, from ?? 1) ? to : null,
    };
}
