using System.Globalization;
using System.Text.Json.Serialization;

namespace Iterate.Domain.Api;

/// <summary>Follows dead letters.</summary>
/// <param name="After">Also what was told since then; absent: from now on.</param>
public sealed record WatchFailedOutboxJobsRequest(DateTimeOffset? After = null) : IResumable
{
    /// <inheritdoc/>
    public object ResumeAfter(string lastEventId) =>
        long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? new WatchFailedOutboxJobsRequest(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))
            : throw ApiException.InvalidInput("Last-Event-ID", "must be one that this method sent");
}

/// <summary>A push of the topic <c>outbox:failed</c>: what has failed is read with <c>list-events</c>.</summary>
/// <param name="At">When this was seen.</param>
/// <param name="Failures">Consumers whose jobs failed; none in the first push, which says that following has begun.</param>
public sealed record OutboxFailures(DateTimeOffset At, IReadOnlyList<OutboxFailure> Failures) : ICursor
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string Cursor => At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}

/// <summary>Jobs of a consumer failed with the same code; told once a minute (requirement O-38).</summary>
/// <param name="Consumer">Whose jobs.</param>
/// <param name="Code">What they failed with; absent for an error without one.</param>
/// <param name="JobId">The newest of them.</param>
/// <param name="RaisedAt">When it was told.</param>
public sealed record OutboxFailure(string Consumer, string? Code, string JobId, DateTimeOffset RaisedAt);
