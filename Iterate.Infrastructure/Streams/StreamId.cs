using System.Buffers.Binary;

namespace Iterate.Infrastructure.Streams;

/// <summary>Ids of streams: <c>str_</c> and a UUIDv7 in 26 characters of base32, the form of a TypeID.</summary>
internal static class StreamId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>A new id.</summary>
    public static string New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(bytes, bigEndian: true, out _);
        var number = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        Span<char> text = stackalloc char[26];
        for (var index = text.Length - 1; index >= 0; index--)
        {
            text[index] = Alphabet[(int)(uint)(number & 31)];
            number >>= 5;
        }

        return $"str_{text}";
    }
}
