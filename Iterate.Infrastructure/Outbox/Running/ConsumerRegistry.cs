namespace Iterate.Infrastructure.Outbox;

/// <summary>The consumers of this build.</summary>
internal sealed class ConsumerRegistry
{
    private readonly ILookup<string, OutboxConsumer> _byEvent;

    /// <exception cref="InvalidOperationException">Two consumers have the same name (requirement O-13).</exception>
    public ConsumerRegistry(IEnumerable<OutboxConsumer> consumers)
    {
        All = [.. consumers];
        if (All.GroupBy(consumer => consumer.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException($"Two outbox consumers are named '{twice.Key}'.");
        }

        _byEvent = All.ToLookup(consumer => consumer.EventName, StringComparer.Ordinal);
    }

    public IReadOnlyList<OutboxConsumer> All { get; }

    /// <summary>The consumer of that name, or null.</summary>
    public OutboxConsumer? Find(string? name) => All.FirstOrDefault(consumer => string.Equals(consumer.Name, name, StringComparison.Ordinal));

    public IEnumerable<OutboxConsumer> Of(string eventName) => _byEvent[eventName];
}
