namespace Iterate.Infrastructure.Streams;

/// <summary>This run of this node, as it calls itself before the others.</summary>
internal sealed class NodeIdentity
{
    /// <summary>32 hexadecimal digits.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");
}
