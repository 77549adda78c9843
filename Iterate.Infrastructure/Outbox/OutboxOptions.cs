namespace Iterate.Infrastructure.Outbox;

/// <summary>What a test or a benchmark may change about the outbox.</summary>
public sealed class OutboxOptions
{
    /// <summary>Other nodes are told about new work; without it they poll (requirement O-18).</summary>
    public bool Hints { get; set; } = true;
}
