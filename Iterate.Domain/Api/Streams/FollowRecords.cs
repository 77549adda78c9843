using System.Globalization;
using System.Text.Json.Serialization;

namespace Iterate.Domain.Api;

/// <summary>How to follow a stream.</summary>
/// <param name="Project">Slug or id.</param>
/// <param name="Path">Path of the stream.</param>
/// <param name="AfterOffset">Absent: live only from the head; 0: everything; n: after n.</param>
/// <param name="Tail">1 to 200: begin with so many of the newest matching events instead of a cursor (requirement S-208).</param>
/// <param name="Filter">What to see; what is filtered out still advances the cursor.</param>
/// <param name="StreamId">When given, a stream that was replaced refuses with <c>stream-replaced</c>.</param>
/// <param name="Ephemeral">Ephemeral frames too, from now on (requirement S-102).</param>
/// <param name="HeadsOnly">No events: how far the stream reaches, at most 4 times a second (requirement S-97).</param>
public sealed record FollowRequest(
    string Project,
    string Path,
    long? AfterOffset = null,
    int? Tail = null,
    EventFilter? Filter = null,
    string? StreamId = null,
    bool Ephemeral = false,
    bool HeadsOnly = false) : IProjectRequest, IResumable
{
    /// <inheritdoc/>
    public object ResumeAfter(string lastEventId) =>
        long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? this with { AfterOffset = offset, Tail = null }
            : throw ApiException.InvalidInput("Last-Event-ID", "must be an offset");
}

/// <summary>What a follower gets: at most 200 events and 1 MiB; one larger event travels alone.</summary>
/// <param name="StreamId"><c>str_</c> id of the stream.</param>
/// <param name="Events">Matching events, ascending; none when only heads are followed.</param>
/// <param name="HeadOffset">Offset of the newest event at that instant.</param>
/// <param name="ScannedThroughOffset">The cursor after this batch; resume after it.</param>
public sealed record StreamBatch(string StreamId, IReadOnlyList<StreamEvent> Events, long HeadOffset, long ScannedThroughOffset) : ICursor
{
    /// <summary>Events that the filter left out since the batch before; absent when there are none.</summary>
    public long? Skipped { get; init; }

    /// <summary>Ephemeral frames, oldest first; absent when there are none or they were not asked for.</summary>
    public IReadOnlyList<EphemeralFrame>? Ephemeral { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Cursor => ScannedThroughOffset.ToString(CultureInfo.InvariantCulture);
}
