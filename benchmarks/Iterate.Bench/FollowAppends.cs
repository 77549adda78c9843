using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Streams;

namespace Iterate.Bench;

/// <summary>Appends single events to one stream at an even rate and remembers when each call began.</summary>
internal sealed class FollowAppends(StreamsService service, string path, int rate)
{
    private readonly ConcurrentDictionary<string, long> _starts = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>When the call that appended an event began.</summary>
    public long StartOf(StreamEvent committed) => _starts[committed.IdempotencyKey!];

    /// <summary>Appends for a while; answers how many events were committed.</summary>
    public async Task<long> RunAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        _starts.Clear();
        var total = (long)(rate * length.TotalSeconds);
        var calls = new List<Task>();
        var since = Stopwatch.GetTimestamp();
        for (var call = 0L; call < total; call++)
        {
            var early = TimeSpan.FromSeconds((double)call / rate) - Stopwatch.GetElapsedTime(since);
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early, cancellationToken);
            }

            calls.Add(AppendAsync(++_number, cancellationToken));
        }

        await Task.WhenAll(calls);
        return total;
    }

    private async Task AppendAsync(long number, CancellationToken cancellationToken)
    {
        var key = number.ToString(CultureInfo.InvariantCulture);
        _starts[key] = Stopwatch.GetTimestamp();
        var input = new EventInput { Type = SampleEvent.Type, Payload = JsonText.FromTrusted(SampleEvent.Payload(number)), IdempotencyKey = key };
        await service.AppendAsync(new("bench", path, [input]), cancellationToken);
    }
}
