using System.Buffers;
using System.Buffers.Binary;

namespace Iterate.Faults.Tests.Clusters;

/// <summary>
/// Takes notifications out of what PostgreSQL says on one connection: a letter, a length that counts itself, a body. All
/// else passes. The connection must not begin with a question about encryption, which is answered without a length.
/// </summary>
internal sealed class NotificationFilter
{
    private const byte Notification = (byte)'A';
    private const int HeaderLength = 5;

    private readonly byte[] _header = new byte[HeaderLength];
    private int _headerRead;
    private int _bodyLeft;

    /// <summary>Notifications that were taken out.</summary>
    public int Dropped { get; private set; }

    /// <summary>What is left of the next bytes.</summary>
    public ReadOnlyMemory<byte> Pass(ReadOnlySpan<byte> said)
    {
        var passed = new ArrayBufferWriter<byte>(said.Length + HeaderLength);
        while (!said.IsEmpty)
        {
            var isHeader = _bodyLeft == 0;
            var part = said[..Math.Min(said.Length, isHeader ? HeaderLength - _headerRead : _bodyLeft)];
            said = said[part.Length..];
            if (isHeader)
            {
                ReadHeader(part, passed);
            }
            else
            {
                _bodyLeft -= part.Length;
                Write(part, passed);
            }
        }

        return passed.WrittenMemory;
    }

    private void ReadHeader(ReadOnlySpan<byte> part, ArrayBufferWriter<byte> passed)
    {
        part.CopyTo(_header.AsSpan(_headerRead));
        _headerRead += part.Length;
        if (_headerRead < HeaderLength)
        {
            return;
        }

        _headerRead = 0;
        _bodyLeft = BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(1)) - (HeaderLength - 1);
        Dropped += _header[0] == Notification ? 1 : 0;
        Write(_header, passed);
    }

    private void Write(ReadOnlySpan<byte> part, ArrayBufferWriter<byte> passed)
    {
        if (_header[0] != Notification)
        {
            passed.Write(part);
        }
    }
}
