using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Iterate.Specs.Plugins;

/// <summary>The steps of one action with their times since it was called. Equal steps in a row become one line.</summary>
public sealed class ActionLog
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<Entry> _entries = [];

    /// <summary>Time since the action was called.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>Notes a step.</summary>
    /// <param name="source">Name of the plugin.</param>
    /// <param name="step">What was looked at and what was seen.</param>
    public void Add(string source, string step)
    {
        var now = Elapsed;
        var entry = new Entry(source, step, now, now, 1);
        if (_entries is [.., var last] && last.IsLike(entry))
        {
            _entries[^1] = last with { Until = now, Times = last.Times + 1 };
        }
        else
        {
            _entries.Add(entry);
        }
    }

    /// <summary>A line per step.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var entry in _entries)
        {
            var time = entry.Times == 1
                ? Seconds(entry.From)
                : string.Create(CultureInfo.InvariantCulture, $"{Seconds(entry.From)} to {Seconds(entry.Until)}, {entry.Times} times");
            text.Append("  ").Append(time).Append("  ").Append(entry.Source).Append(": ").AppendLine(entry.Step);
        }

        return text.ToString();
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"+{time.TotalSeconds:0.000} s");

    private sealed record Entry(string Source, string Step, TimeSpan From, TimeSpan Until, int Times)
    {
        public bool IsLike(Entry other) => this == other with { From = From, Until = Until, Times = Times };
    }
}
