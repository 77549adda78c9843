using System.Globalization;
using System.Text.Json.Serialization;

namespace Iterate.Domain.Api;

/// <summary>Follows changes of jobs.</summary>
/// <param name="After">Also what changed since then; absent: from now on.</param>
public sealed record WatchOutboxRequest(DateTimeOffset? After = null) : IResumable
{
    /// <inheritdoc/>
    public object ResumeAfter(string lastEventId) =>
        long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? new WatchOutboxRequest(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))
            : throw ApiException.InvalidInput("Last-Event-ID", "must be one that this method sent");
}

/// <summary>A job that changed, or an event without jobs.</summary>
/// <param name="EventSeq">Number of the event.</param>
/// <param name="JobId">The job; absent for an event without jobs.</param>
/// <param name="Status">Where it stands now.</param>
/// <param name="IsRunning">A node is at it.</param>
/// <param name="At">When this was seen.</param>
/// <param name="Progress">How it gets on, if it says so; not stored.</param>
/// <param name="Fraction">Its share that is done, 0 to 1, if it says so.</param>
public sealed record OutboxChange(
    long EventSeq, string? JobId, OutboxStatus Status, bool IsRunning, DateTimeOffset At, string? Progress = null, double? Fraction = null) : ICursor
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string Cursor => At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
