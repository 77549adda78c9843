using System.Diagnostics.Metrics;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Streams;
using Microsoft.Extensions.DependencyInjection;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>Rings without a database: even offsets hold events of type <c>even</c>, odd ones of type <c>odd</c>.</summary>
internal static class Rings
{
    /// <summary>Metrics that nobody collects.</summary>
    public static StreamsMetrics Metrics { get; } = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    /// <summary>A ring of a stream that reaches <paramref name="head"/> and whose log cannot be read.</summary>
    public static LiveStream At(long head)
    {
        var ring = new LiveStream(1, (_, _, _) => throw new InvalidOperationException("Nobody should have read the log."));
        ring.Hint(head);
        return ring;
    }

    public static IReadOnlyList<WrittenEvent> Events(long first, long last, int bytes = 10) =>
    [
        .. Enumerable.Range(0, (int)(last - first + 1)).Select(number => new WrittenEvent(
            new() { Offset = first + number, Type = (first + number) % 2 == 0 ? "even" : "odd", CreatedAt = DateTimeOffset.UnixEpoch }, bytes)),
    ];
}
