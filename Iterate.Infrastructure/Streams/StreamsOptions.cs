namespace Iterate.Infrastructure.Streams;

/// <summary>Settings of the event log, section <c>Streams</c>.</summary>
public sealed class StreamsOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Streams";

    /// <summary>
    /// Writer loops of this node. A loop keeps one backend of PostgreSQL busy, so more of them than cores only adds
    /// smaller groups to each commit.
    /// </summary>
    public int WriterLoops { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>
    /// Tells other nodes at once what changed. Without it they find out by polling once a second (requirement S-108).
    /// </summary>
    public bool Hints { get; set; } = true;
}
