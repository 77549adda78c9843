namespace Iterate.Infrastructure.Outbox;

/// <summary>This node, as leases and results name it, and its clock set by the database's (requirement O-30).</summary>
internal sealed class OutboxNode(NodeIdentity identity, TimeProvider time)
{
    private long _clockOffset;

    public string Name => identity.Name;

    /// <summary>When this process began.</summary>
    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>How far the database is ahead of this machine.</summary>
    public TimeSpan ClockOffset
    {
        get => new(Interlocked.Read(ref _clockOffset));
        set => Interlocked.Exchange(ref _clockOffset, value.Ticks);
    }

    public DateTimeOffset Now => time.GetUtcNow() + ClockOffset;
}
