using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>What was taken of a chunk: all of it, or what stands before a bad line.</summary>
internal sealed class ChunkProgress
{
    /// <summary>Lines taken.</summary>
    public long Lines { get; private set; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Events written.</summary>
    public long Events { get; set; }

    /// <summary>The line it stopped at.</summary>
    public EventLineException? Fault { get; set; }

    public void Took(int bytes) => Took(1, bytes);

    public void Took(long lines, long bytes)
    {
        Lines += lines;
        Bytes += bytes;
    }
}
