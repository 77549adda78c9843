namespace Iterate.Domain;

/// <summary>Times as the API tells them: whole milliseconds, so that they are the same after a journey through the database.</summary>
public static class Milliseconds
{
    /// <summary>The millisecond in which a time lies, in UTC.</summary>
    public static DateTimeOffset ToMilliseconds(this DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}
