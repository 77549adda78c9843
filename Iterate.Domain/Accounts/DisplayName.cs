using System.Text;
using Iterate.Domain.Api;

namespace Iterate.Domain.Accounts;

/// <summary>Names that people give to people, organizations and projects (requirement A-42).</summary>
public static class DisplayName
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxLength = 100;

    /// <summary>The name without surrounding white space.</summary>
    /// <param name="field">Field of the request, for the refusal.</param>
    /// <param name="text">What was typed.</param>
    /// <exception cref="ApiException"><c>invalid-input</c>: empty, too long, or with control characters.</exception>
    public static string Parse(string field, string text)
    {
        var name = text.Trim();
        if (name.EnumerateRunes().Count() is 0 or > MaxLength)
        {
            throw ApiException.InvalidInput(field, "must have 1 to 100 characters");
        }

        return name.EnumerateRunes().Any(Rune.IsControl)
            ? throw ApiException.InvalidInput(field, "must not have control characters")
            : name;
    }
}
