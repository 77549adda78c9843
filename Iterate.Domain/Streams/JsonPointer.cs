namespace Iterate.Domain.Streams;

/// <summary>JSON pointers (RFC 6901), as faults name places.</summary>
internal static class JsonPointer
{
    /// <summary>The place of member <paramref name="name"/> below <paramref name="pointer"/>.</summary>
    public static string Append(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
