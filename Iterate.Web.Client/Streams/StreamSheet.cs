using Iterate.Domain.Api;
using Iterate.Web.Client.Components;
using Microsoft.AspNetCore.Components;

namespace Iterate.Web.Client.Streams;

/// <summary>A sheet about one stream.</summary>
public abstract class StreamSheet : LiveIsland
{
    /// <summary>Slug of the project.</summary>
    [Parameter, EditorRequired]
    public required string Project { get; set; }

    /// <summary>Path of the stream.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

    /// <summary>The owner takes the sheet out of the URL.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnClose { get; set; }

    /// <summary>The contract.</summary>
    [Inject]
    protected IStreamsApi Streams { get; set; } = null!;
}
