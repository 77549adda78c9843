namespace Iterate.Infrastructure.Streams;

/// <summary>Changes of streams that no head tells: archiving, deletion, and whatever a node may not have heard of.</summary>
internal sealed class SilentChanges(HeadPoller poller, ListChanges lists, WakeUpSender wakeUps)
{
    /// <summary>Such a change was committed here: this node looks now, and the others do when they hear of it.</summary>
    public void Tell()
    {
        LookAround();
        wakeUps.ChangedSilently();
    }

    /// <summary>There may have been such a change: followed streams are polled and live lists compared at once.</summary>
    public void LookAround()
    {
        poller.PollNow();
        lists.Miss();
    }
}
