using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Iterate.Infrastructure.Streams;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>One value of an instrument with its tags.</summary>
internal sealed record Measured(string Instrument, double Value, IReadOnlyDictionary<string, object?> Tags);

/// <summary>Collects what one node measures of its event log; other nodes of the process have a meter of their own.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly ConcurrentQueue<Measured> _values = new();
    private readonly MeterListener _listener = new();

    public Measurements(TestNode node)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == StreamsMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, node.Meters))
            {
                Units[instrument.Name] = instrument.Unit;
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Units of the instruments there are, by name.</summary>
    public ConcurrentDictionary<string, string?> Units { get; } = new(StringComparer.Ordinal);

    /// <summary>Every value until now.</summary>
    public IReadOnlyList<Measured> All => [.. _values];

    /// <summary>Asks instruments that are only looked at when somebody asks.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    /// <summary>The values of an instrument until now.</summary>
    public IReadOnlyList<Measured> Of(string instrument) => [.. _values.Where(value => value.Instrument == instrument)];

    /// <summary>What a counter has come to.</summary>
    public double Sum(string instrument) => Of(instrument).Sum(measured => measured.Value);

    /// <summary>Returns once a counter has come to <paramref name="sum"/>.</summary>
    public async Task UntilAsync(string instrument, double sum, CancellationToken inTime)
    {
        while (Sum(instrument) < sum)
        {
            inTime.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _values.Enqueue(new(instrument.Name, value, new Dictionary<string, object?>(tags.ToArray(), StringComparer.Ordinal)));
}
