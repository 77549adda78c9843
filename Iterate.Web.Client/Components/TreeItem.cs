namespace Iterate.Web.Client.Components;

/// <summary>One line of a <see cref="Tree"/>. Lines come in reading order; what is below a line has a higher level.</summary>
public sealed record TreeItem
{
    /// <summary>What tells it from its siblings and others: a path.</summary>
    public required string Key { get; init; }

    /// <summary>Last part of the path, or several where nothing branches.</summary>
    public required string Name { get; init; }

    /// <summary>From 1.</summary>
    public required int Level { get; init; }

    /// <summary>Where it leads; null for a folder that is no thing itself.</summary>
    public string? Href { get; init; }

    /// <summary>Circle of a leaf.</summary>
    public Status Status { get; init; }

    /// <summary>Something is moving in it.</summary>
    public bool Pulse { get; init; }
}
