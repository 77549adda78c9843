namespace Iterate.Infrastructure.Outbox;

/// <summary>Lanes that rest, as this node saw them last: at most a poll ago (requirement O-37).</summary>
internal sealed class LanePauses
{
    private volatile HashSet<string>? _paused;

    /// <summary>Whether a lane rests. Before the first look all of them do.</summary>
    public bool Contains(string lane) => _paused?.Contains(lane) ?? true;

    public void Replace(IEnumerable<string> paused) => _paused = paused.ToHashSet(StringComparer.Ordinal);
}
