using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>Something that happened.</summary>
internal sealed record Poked(string Text, string? Key = null) : IOutboxPayload
{
    public static string EventName => "testing/poked";
}

/// <summary>A consumer whose every part a test can choose. It takes the events whose text begins with its name.</summary>
internal sealed class PokedConsumer(string name, Func<OutboxJobContext, Poked, CancellationToken, Task<string>> handle) : OutboxConsumer<Poked>
{
    public override string Name => name;

    public override int Concurrency => Slots;

    public override TimeSpan VisibilityTimeout => Visibility;

    public override TimeSpan RunLimit => Limit;

    public override RetryPolicy Retry => Policy;

    public int Slots { get; init; } = 4;

    public TimeSpan Visibility { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(300);

    public RetryPolicy Policy { get; init; } = RetryPolicy.Fixed(6, TimeSpan.FromMilliseconds(10));

    public override bool When(Poked payload) => payload.Text.StartsWith(name, StringComparison.Ordinal);

    public override string? SerialKey(Poked payload) => payload.Key;

    protected override Task<string> HandleAsync(OutboxJobContext context, Poked payload, CancellationToken cancellationToken) =>
        handle(context, payload, cancellationToken);
}
