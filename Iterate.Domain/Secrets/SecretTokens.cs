using System.Text.RegularExpressions;

namespace Iterate.Domain.Secrets;

/// <summary>The shapes of our own secrets, by which they are found in text that nobody should read them in (spec README).</summary>
public static partial class SecretTokens
{
    private const string Mask = "${prefix}_***";

    /// <summary><paramref name="text"/> with whatever looks like one of our secrets masked down to its prefix.</summary>
    public static string MaskIn(string text) => Shape().Replace(text, Mask);

    /// <summary>Project token, machine token, CLI session, agent context, job token.</summary>
    [GeneratedRegex("(?<![A-Za-z0-9])(?<prefix>pak|mct|itc|ctx|jbt)_[A-Za-z0-9_-]{8,}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shape();
}
