namespace Iterate.Infrastructure.Streams;

/// <summary>Between the log that creates streams and the announcer that tells their ancestors.</summary>
internal sealed class Announcements
{
    /// <summary>Streams were created. The work itself is in the stream table.</summary>
    public Signal Pending { get; } = new();
}
