namespace Iterate.Infrastructure.Outbox;

/// <summary>This node, as leases and results name it.</summary>
internal sealed class OutboxNode(TimeProvider time)
{
    public string Name { get; } = $"{Environment.MachineName}-{Guid.NewGuid().ToString("N")[..8]}";

    public DateTimeOffset Now => time.GetUtcNow();
}
