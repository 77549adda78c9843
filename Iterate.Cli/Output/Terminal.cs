using System.Text;

namespace Iterate.Cli.Output;

/// <summary>The little of a terminal's language that lines and tables need.</summary>
internal static class Terminal
{
    /// <summary>Emphasized.</summary>
    public static string Bold(string text) => $"\e[1m{text}\e[22m";

    /// <summary>In the background.</summary>
    public static string Dim(string text) => $"\e[2m{text}\e[22m";

    /// <summary>The beginning of <paramref name="text"/>, ending in an ellipsis where something is missing.</summary>
    public static string Cut(string text, int width)
    {
        if (text.Length <= width)
        {
            return text;
        }

        var end = Math.Max(0, width - 1);
        if (end > 0 && char.IsHighSurrogate(text[end - 1]))
        {
            end--;
        }

        return width > 0 ? text[..end] + "…" : "";
    }

    /// <summary>Text on one line that cannot steer the terminal, whoever wrote it.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var printable = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            printable.Append(char.IsControl(character) ? ' ' : character);
        }

        return printable.ToString();
    }
}
