using System.Text.Json.Serialization;

namespace Iterate.Domain.Api;

/// <summary>A frame for whoever follows the stream now; it is never stored with the events (requirement S-102).</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of a stream that exists.</param>
/// <param name="Name">1 to 200 characters after trimming, no control characters; names below <c>stream/</c> are not given away.</param>
public sealed record SendEphemeralRequest(string Project, string Path, string Name) : IProjectRequest
{
    /// <summary>Any JSON; absent and null differ. The whole frame may have 64 KiB.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Payload { get; init; }
}

/// <summary>The frame is on its way; nobody learns whether anybody saw it.</summary>
/// <param name="SentAt">UTC, milliseconds.</param>
public sealed record SendEphemeralResponse(DateTimeOffset SentAt);

/// <summary>Progress shown to connected followers only. Losing it loses no fact (requirement S-103).</summary>
public sealed record EphemeralFrame
{
    /// <summary>Name as sent.</summary>
    public required string Name { get; init; }

    /// <summary>Any JSON; absent and null differ.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Payload { get; init; }

    /// <summary>UTC, milliseconds.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>How many frames were dropped right before this one; absent when none was (requirement S-104).</summary>
    public long? Dropped { get; init; }
}
