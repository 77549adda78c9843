using System.Diagnostics.Metrics;
using Iterate.Infrastructure.Outbox;
using Iterate.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>What a node without work costs its database (requirement O-42).</summary>
public sealed class IdleTests : OutboxTest
{
    private const int Seconds = 60;

    [Fact]
    public async Task A_node_without_work_asks_at_most_twice_a_second()
    {
        var name = new NpgsqlConnectionStringBuilder(Database.ConnectionString).Database!;
        var queries = 0;
        using var meter = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "Npgsql", Name: "db.client.operation.duration" })
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        meter.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Value is string value && value.Contains($"Database={name}", StringComparison.OrdinalIgnoreCase))
                {
                    Interlocked.Increment(ref queries);
                }
            }
        });
        meter.Start();
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var node = await OutboxHost.StartAsync(Database, On(time), Recording("log", []), Recording("other", []));
        await node.Get<NodeHeartbeat>().Declared.WaitAsync(InTime);

        var inTime = InTime;
        for (var second = 0; second < Seconds; second++)
        {
            // Poll, heartbeat and upkeep wait for their time before it moves on.
            while (time.WaitingTimers < 3)
            {
                inTime.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            time.Advance(TimeSpan.FromSeconds(1));
        }

        queries.ShouldBeInRange(Seconds / 2, Seconds * 2);
    }
}
