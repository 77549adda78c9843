namespace Iterate.Domain.Api;

/// <summary>Whose presence to watch.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
public sealed record PresenceRequest(string Project, string Path) : IProjectRequest, IResumable
{
    /// <inheritdoc/>
    /// <remarks>The whole list is sent at once again, so there is nothing to continue after.</remarks>
    public object ResumeAfter(string lastEventId) => this;
}

/// <summary>Who follows the stream, on whichever node; sent at once and whenever it changes (requirement S-106).</summary>
/// <param name="Viewers">Longest first. A session that follows twice in the same way is one viewer.</param>
/// <param name="AsOf">When the list was read.</param>
public sealed record PresenceList(IReadOnlyList<Viewer> Viewers, DateTimeOffset AsOf) : ICursor
{
    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Cursor => AsOf.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Somebody who follows.</summary>
/// <param name="DisplayName">Name of the person.</param>
/// <param name="Surface">How they look at it.</param>
/// <param name="Since">Since when.</param>
public sealed record Viewer(string DisplayName, CallSurface Surface, DateTimeOffset Since);
