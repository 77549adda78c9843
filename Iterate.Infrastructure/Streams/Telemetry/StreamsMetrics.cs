using System.Diagnostics.Metrics;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// What the event log of this node measures of itself: the meter <c>Iterate.Streams</c> (requirement S-193). A tag is the
/// number of a loop or an error code, never whose events they are. What nobody collects costs a look at a flag.
/// </summary>
internal sealed class StreamsMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Iterate.Streams";

    /// <summary>Tag of a refusal: its code.</summary>
    public const string ErrorType = "error.type";

    /// <summary>Tag of a queue: the number of its writer loop, from 0.</summary>
    public const string Loop = "iterate.streams.loop";

    private readonly Meter _meter;
    private readonly Counter<long> _appended;
    private readonly Histogram<double> _appendDuration;
    private readonly Counter<long> _dedupeHits;
    private readonly Counter<long> _refusals;
    private readonly Histogram<long> _drainSize;
    private readonly Counter<long> _ringHits;
    private readonly Counter<long> _ringMisses;
    private readonly Counter<long> _hintsSent;
    private readonly Counter<long> _pollCatches;

    public StreamsMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _appended = _meter.CreateCounter<long>("iterate.streams.events.appended", "{event}", "Events that were committed.");
        _appendDuration = _meter.CreateHistogram("iterate.streams.append.duration", "s", "From handing a batch to the log to its answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        _dedupeHits = _meter.CreateCounter<long>("iterate.streams.dedupe.hits", "{event}", "Events answered with the one that was committed under their key before.");
        _refusals = _meter.CreateCounter<long>("iterate.streams.append.refusals", "{append}", "Appends that were refused.");
        _drainSize = _meter.CreateHistogram("iterate.streams.drain.size", "{event}", "Events that came into one transaction.",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [0, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000] });
        _ringHits = _meter.CreateCounter<long>("iterate.streams.ring.hits", "{read}", "Reads of followers that the ring of a stream answered.");
        _ringMisses = _meter.CreateCounter<long>("iterate.streams.ring.misses", "{read}", "Reads of followers that went to the database.");
        _hintsSent = _meter.CreateCounter<long>("iterate.streams.hints.sent", "{hint}", "Hints to other nodes.");
        _pollCatches = _meter.CreateCounter<long>("iterate.streams.poll.catches", "{stream}", "Followed streams that the poll found further than this node knew.");
    }

    /// <summary>The log has taken a batch.</summary>
    public void Answered(TimeSpan duration) => _appendDuration.Record(duration.TotalSeconds);

    /// <summary>The log has refused a batch.</summary>
    public void Refused(TimeSpan duration, string code)
    {
        _appendDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(ErrorType, code));
        Refused(code);
    }

    /// <summary>An append was refused, at the latest by the log.</summary>
    public void Refused(string code) => _refusals.Add(1, new KeyValuePair<string, object?>(ErrorType, code));

    /// <summary>A drain goes into its transaction.</summary>
    public void Drains(Drain drain)
    {
        if (_drainSize.Enabled)
        {
            _drainSize.Record(drain.EventCount);
        }
    }

    /// <summary>A drain was committed.</summary>
    public void Committed(Drain drain, IReadOnlyList<DrainStream> written)
    {
        if (_appended.Enabled && written.Count > 0)
        {
            _appended.Add(written.Sum(stream => (long)stream.Written.Count));
        }

        if (_dedupeHits.Enabled && drain.DedupeHits is > 0 and var hits)
        {
            _dedupeHits.Add(hits);
        }
    }

    /// <summary>Events came into the log by another way than a drain.</summary>
    public void Restored(long events) => _appended.Add(events);

    /// <summary>A follower had something to read, and found it in the ring or had to ask the database.</summary>
    public void RingRead(bool hit) => (hit ? _ringHits : _ringMisses).Add(1);

    /// <summary>Other nodes were told.</summary>
    public void HintSent() => _hintsSent.Add(1);

    /// <summary>The poll found what nobody had told.</summary>
    public void PollCaught() => _pollCatches.Add(1);

    /// <summary>Shows how many appends wait for each loop.</summary>
    public void ObserveQueues(IReadOnlyList<WriterLoop> loops) =>
        _meter.CreateObservableUpDownCounter(
            "iterate.streams.queue.depth", () => loops.Select((loop, number) => new Measurement<long>(loop.QueueDepth, new KeyValuePair<string, object?>(Loop, number))),
            "{append}", "Appends that wait for the next drain of a writer loop.");

    /// <summary>Shows how many follow on this node.</summary>
    public void ObserveFollowers(LiveStreams live) =>
        _meter.CreateObservableUpDownCounter("iterate.streams.followers", () => (long)live.Followers, "{follower}", "Follows of streams on this node.");
}
