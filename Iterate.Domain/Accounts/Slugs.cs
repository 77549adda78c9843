using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Iterate.Domain.Accounts;

/// <summary>Slugs of organizations and projects (requirement A-41). A slug never changes, so it may stand in URLs.</summary>
public static partial class Slugs
{
    /// <summary>Longest slug, suffix included.</summary>
    public const int MaxLength = 50;

    /// <summary>A letter this early survives every cut.</summary>
    private const int LetterWithin = 30;

    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "org", "orgs", "proj", "new-project", "admin", "api", "login", "user", "device", "ports",
    };

    /// <summary>Whether <paramref name="slug"/> obeys the rule and is not reserved.</summary>
    public static bool IsValid(string slug) =>
        slug.Length is > 0 and <= MaxLength
        && !slug.AsSpan().ContainsAnyExcept(Characters)
        && HasLetter(slug)
        && !Reserved.Contains(slug);

    /// <summary>
    /// Slugs for a thing called <paramref name="name"/>, best first and without end: the plain one, then <c>-2</c>,
    /// <c>-3</c> and so on. Take the first that is free.
    /// </summary>
    /// <param name="name">Any text.</param>
    /// <param name="kind">Word that leads when the name does not begin with letters a slug can hold, such as <c>project</c>.</param>
    public static IEnumerable<string> Candidates(string name, string kind)
    {
        var plain = OtherCharacters().Replace(name.ToLowerInvariant(), "-").Trim('-');
        if (!HasLetter(plain.AsSpan(0, Math.Min(plain.Length, LetterWithin))))
        {
            plain = $"{kind}-{plain}".TrimEnd('-');
        }

        var first = Cut(plain, MaxLength);
        if (!Reserved.Contains(first))
        {
            yield return first;
        }

        for (var number = 2; ; number++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"-{number}");
            var numbered = Cut(plain, MaxLength - suffix.Length) + suffix;

            // A long name may itself end in the number.
            if (!string.Equals(numbered, first, StringComparison.Ordinal))
            {
                yield return numbered;
            }
        }
    }

    private static string Cut(string plain, int length) => plain.Length <= length ? plain : plain[..length].TrimEnd('-');

    private static bool HasLetter(ReadOnlySpan<char> text) => text.ContainsAnyInRange('a', 'z');

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OtherCharacters();
}
