namespace Iterate.Web.Tests.Cli;

internal enum ScriptedEnd
{
    /// <summary>The other side closes in good order.</summary>
    Closed,

    /// <summary>The connection breaks.</summary>
    Broken,

    /// <summary>Nothing comes any more, until the reader gives up.</summary>
    Silent,
}

/// <summary>A body that arrives in given chunks, then ends in a given way.</summary>
internal sealed class ScriptedStream(IReadOnlyList<byte[]> chunks, ScriptedEnd end) : Stream
{
    private int _chunk;
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The same bytes, one at a time: every border a network could make.</summary>
    public static ScriptedStream ByteByByte(byte[] bytes, ScriptedEnd end) => new([.. bytes.Select(single => new[] { single })], end);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Real bodies do not complete at once either.
        await Task.Yield();
        if (_chunk == chunks.Count)
        {
            switch (end)
            {
                case ScriptedEnd.Broken:
                    throw new IOException("The connection broke.");
                case ScriptedEnd.Silent:
                    await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                    break;
            }

            return 0;
        }

        var size = Math.Min(buffer.Length, chunks[_chunk].Length - _position);
        chunks[_chunk].AsMemory(_position, size).CopyTo(buffer);
        _position += size;
        if (_position == chunks[_chunk].Length)
        {
            _chunk++;
            _position = 0;
        }

        return size;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
