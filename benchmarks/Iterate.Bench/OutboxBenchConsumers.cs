using System.Collections.Concurrent;
using System.Diagnostics;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;

namespace Iterate.Bench;

internal sealed record Idled(int Number) : IOutboxPayload
{
    public static string EventName => "bench/idled";
}

internal sealed record Hung(int Number) : IOutboxPayload
{
    public static string EventName => "bench/hung";
}

internal sealed record Started(int Number) : IOutboxPayload
{
    public static string EventName => "bench/started";
}

/// <summary>Does nothing.</summary>
internal sealed class NoOpConsumer : OutboxConsumer<Idled>
{
    public const string Lane = "no-op";

    public override string Name => Lane;

    protected override Task<string> HandleAsync(OutboxJobContext context, Idled payload, CancellationToken cancellationToken) => Task.FromResult("done");
}

/// <summary>Never ends.</summary>
internal sealed class HangingConsumer : OutboxConsumer<Hung>
{
    public override string Name => "hang";

    protected override async Task<string> HandleAsync(OutboxJobContext context, Hung payload, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return "never";
    }
}

/// <summary>Remembers when each of its jobs began.</summary>
/// <param name="slots">Zero for a node that enqueues and leaves the running to others.</param>
internal sealed class StartedConsumer(int slots) : OutboxConsumer<Started>
{
    private readonly ConcurrentDictionary<int, long> _starts = [];

    public override string Name => "start";

    public override int Concurrency => slots;

    /// <summary>When the jobs of these numbers began, once all of them have.</summary>
    public async Task<long[]> StartsAsync(int first, int count, CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var numbers = Enumerable.Range(first, count).ToArray();
        while (!Array.TrueForAll(numbers, _starts.ContainsKey))
        {
            await looks.WaitForNextTickAsync(cancellationToken);
        }

        return Array.ConvertAll(numbers, number => _starts[number]);
    }

    protected override Task<string> HandleAsync(OutboxJobContext context, Started payload, CancellationToken cancellationToken)
    {
        _starts.TryAdd(payload.Number, Stopwatch.GetTimestamp());
        return Task.FromResult("started");
    }
}
