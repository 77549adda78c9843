using System.Globalization;

namespace Iterate.Web.Client.Components;

/// <summary>The time between an event and the one above it (design.md, EventRow).</summary>
public static class EventDelta
{
    /// <summary><c>+6 ms</c>, <c>+1.0 s</c>, <c>+22 s</c>, <c>+1 m 2 s</c>, <c>+3 h 5 m</c>, <c>+2 d 1 h</c>.</summary>
    public static string Text(TimeSpan delta) => delta switch
    {
        { TotalMilliseconds: < 1000 } => Join($"+{delta.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 10 } => Join($"+{Math.Floor(delta.TotalSeconds * 10) / 10:0.0} s"),
        { TotalMinutes: < 1 } => Join($"+{(int)delta.TotalSeconds} s"),
        { TotalHours: < 1 } => Join($"+{delta.Minutes} m {delta.Seconds} s"),
        { TotalDays: < 1 } => Join($"+{delta.Hours} h {delta.Minutes} m"),
        _ => Join($"+{delta.Days} d {delta.Hours} h"),
    };

    /// <summary>The value of <c>data-delta</c>: slow from 1.5 s, stall from 60 s, else none.</summary>
    public static string? Pace(TimeSpan delta) => delta switch
    {
        { TotalSeconds: >= 60 } => "stall",
        { TotalSeconds: >= 1.5 } => "slow",
        _ => null,
    };

    private static string Join(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
