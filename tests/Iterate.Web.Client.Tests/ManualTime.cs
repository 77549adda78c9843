namespace Iterate.Web.Client.Tests;

/// <summary>A clock that stands still until it is moved; timers fire while it moves.</summary>
internal sealed class ManualTime(DateTimeOffset now) : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = now;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by)
    {
        _now += by;
        foreach (var timer in _timers.Where(timer => timer.Due <= _now).ToList())
        {
            _timers.Remove(timer);
            timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(_now + dueTime, () => callback(state), timer => _timers.Remove(timer));
        _timers.Add(timer);
        return timer;
    }

    private sealed class Timer(DateTimeOffset due, Action fire, Action<Timer> forget) : ITimer
    {
        public DateTimeOffset Due => due;

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => forget(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
