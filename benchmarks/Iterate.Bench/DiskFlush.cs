using System.Diagnostics;

namespace Iterate.Bench;

/// <summary>How long the disk takes to make a page durable, by which the latency bars grow (streams.md, section 15).</summary>
internal static class DiskFlush
{
    private const int Flushes = 200;
    private const double OfTheBars = 0.3;

    /// <summary>Milliseconds beyond those the bars hold for; half of the flushes are quicker.</summary>
    public static double ExcessMs(out double flushMs)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            var page = new byte[8 * 1024];
            var times = new List<double>(Flushes);
            for (var flush = 0; flush < Flushes; flush++)
            {
                var started = Stopwatch.GetTimestamp();
                file.Write(page);
                file.Flush(flushToDisk: true);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            flushMs = Percentiles.Of(times, 0.50);
            return Math.Max(0, flushMs - OfTheBars);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
