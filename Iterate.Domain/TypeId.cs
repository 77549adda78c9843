using System.Buffers;

namespace Iterate.Domain;

/// <summary>
/// Ids of things: a prefix that names the kind, an underscore, and a UUIDv7 in 26 base32 characters. They sort by
/// the time they were made (spec README, TypeID prefixes).
/// </summary>
public static class TypeId
{
    private const int SuffixLength = 26;
    private const int BitsPerCharacter = 5;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private static readonly SearchValues<char> AlphabetValues = SearchValues.Create(Alphabet);

    /// <summary>A new id such as <c>prj_01jd0c1v5mfd9b6q8x4w2r7n3k</c>.</summary>
    /// <param name="prefix">Prefix of the kind, without the underscore.</param>
    /// <param name="time">Tells the time the id carries.</param>
    public static string New(string prefix, TimeProvider time) =>
        Encode(prefix, Guid.CreateVersion7(time.GetUtcNow()));

    /// <summary>Whether <paramref name="text"/> is an id of the kind <paramref name="prefix"/>.</summary>
    public static bool Is(string prefix, string text) =>
        text.Length == prefix.Length + 1 + SuffixLength
        && text.StartsWith(prefix, StringComparison.Ordinal)
        && text[prefix.Length] == '_'
        && text[prefix.Length + 1] <= '7'
        && !text.AsSpan(prefix.Length + 1).ContainsAnyExcept(AlphabetValues);

    internal static string Encode(string prefix, Guid id) =>
        string.Create(prefix.Length + 1 + SuffixLength, (prefix, id), static (text, state) =>
        {
            state.prefix.CopyTo(text);
            text[state.prefix.Length] = '_';

            Span<byte> bytes = stackalloc byte[16];
            state.id.TryWriteBytes(bytes, bigEndian: true, out _);
            var rest = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
            for (var i = text.Length - 1; i > state.prefix.Length; i--)
            {
                text[i] = Alphabet[(int)(rest & 31)];
                rest >>= BitsPerCharacter;
            }
        });
}
