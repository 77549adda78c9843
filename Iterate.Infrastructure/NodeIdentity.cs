namespace Iterate.Infrastructure;

/// <summary>This run of this node, as it calls itself before the others: in leases, hints and results.</summary>
internal sealed class NodeIdentity
{
    /// <summary>The machine and eight hexadecimal digits; no two runs have the same.</summary>
    public string Name { get; } = $"{Environment.MachineName}-{Guid.NewGuid().ToString("N")[..8]}";
}
