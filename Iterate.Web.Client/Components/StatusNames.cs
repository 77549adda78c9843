namespace Iterate.Web.Client.Components;

/// <summary>Spelling of <see cref="Status"/> in markup.</summary>
public static class StatusNames
{
    /// <summary>The value of <c>data-status</c>.</summary>
    public static string ToAttribute(this Status status) => status switch
    {
        Status.Idle => "idle",
        Status.Starting => "starting",
        Status.Running => "running",
        Status.Ok => "ok",
        Status.Waiting => "waiting",
        Status.Danger => "danger",
        Status.Building => "building",
        Status.Assigned => "assigned",
        Status.Lost => "lost",
        Status.Stopped => "stopped",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status."),
    };
}
