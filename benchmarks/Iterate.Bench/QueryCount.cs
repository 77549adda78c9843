using System.Diagnostics.Metrics;

namespace Iterate.Bench;

/// <summary>Counts what this process sends to the database, by the driver's own measurement of each command.</summary>
internal sealed class QueryCount : IDisposable
{
    private const string Instrument = "db.client.operation.duration";

    private readonly MeterListener _listener = new();
    private long _total;
    private bool _found;

    public QueryCount()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Npgsql", Name: Instrument })
            {
                _found = true;
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref _total));
        _listener.Start();
    }

    /// <summary>Commands until now.</summary>
    public long Total => _found
        ? Interlocked.Read(ref _total)
        : throw new InvalidOperationException($"The driver has no measurement called {Instrument}.");

    public void Dispose() => _listener.Dispose();
}
