namespace Iterate.Domain.Streams;

/// <summary>Number literals by value and as the store spells them: decimal, no exponent, the digits of the fraction kept.</summary>
internal static class JsonNumbers
{
    /// <summary>The spelling of <paramref name="literal"/> when it is read back from the log: <c>1.50e1</c> is <c>15.0</c>.</summary>
    public static string Spell(string literal)
    {
        var (digits, pointAt, negative) = Read(literal);
        var whole = pointAt <= 0 ? "0" : pointAt >= digits.Length ? digits.PadRight(pointAt, '0') : digits[..pointAt];
        var fraction = pointAt >= digits.Length ? "" : pointAt <= 0 ? digits.PadLeft(digits.Length - pointAt, '0') : digits[pointAt..];
        whole = whole.TrimStart('0');
        var text = (whole.Length == 0 ? "0" : whole) + (fraction.Length == 0 ? "" : "." + fraction);
        return negative && text.AsSpan().ContainsAnyInRange('1', '9') ? "-" + text : text;
    }

    /// <summary>Both have the same value, however they are spelled.</summary>
    public static bool AreEqual(string literal, string other) =>
        string.Equals(literal, other, StringComparison.Ordinal)
        || string.Equals(WithoutZeros(Spell(literal)), WithoutZeros(Spell(other)), StringComparison.Ordinal);

    private static string WithoutZeros(string text) => text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;

    private static (string Digits, int PointAt, bool Negative) Read(string literal)
    {
        var negative = literal[0] == '-';
        var exponentAt = literal.AsSpan().IndexOfAny('e', 'E');
        var mantissa = literal[(negative ? 1 : 0)..(exponentAt < 0 ? literal.Length : exponentAt)];
        var exponent = exponentAt < 0 ? 0 : int.Parse(literal.AsSpan(exponentAt + 1), System.Globalization.CultureInfo.InvariantCulture);
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        return point < 0
            ? (mantissa, mantissa.Length + exponent, negative)
            : (mantissa.Remove(point, 1), point + exponent, negative);
    }
}
