using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;

namespace Iterate.Infrastructure.Testing;

/// <summary>Somebody poked.</summary>
internal sealed record TestPoked(string Message) : IOutboxPayload
{
    public static string EventName => "testing/poked";
}

/// <summary>Something that goes well in the end.</summary>
internal sealed record TestWobbled(int Number) : IOutboxPayload
{
    public static string EventName => "testing/wobbled";
}

/// <summary>Something that does not go well.</summary>
internal sealed record TestSpoiled(int Number) : IOutboxPayload
{
    public static string EventName => "testing/spoiled";
}

/// <summary>Something that takes its time.</summary>
internal sealed record TestStalled(int Number) : IOutboxPayload
{
    public static string EventName => "testing/stalled";
}

/// <summary>Something deadly.</summary>
internal sealed record TestPoisoned(int Number) : IOutboxPayload
{
    public static string EventName => "testing/poisoned";
}

/// <summary>Always succeeds.</summary>
internal sealed class LogPoke : OutboxConsumer<TestPoked>
{
    public override string Name => "log-poke";

    protected override Task<string> HandleAsync(OutboxJobContext context, TestPoked payload, CancellationToken cancellationToken) =>
        Task.FromResult($"poked: {payload.Message}");
}

/// <summary>Wants greetings alone.</summary>
internal sealed class LogGreeting : OutboxConsumer<TestPoked>
{
    public override string Name => "log-greeting";

    public override bool When(TestPoked payload) => payload.Message.Contains("hi", StringComparison.Ordinal);

    protected override Task<string> HandleAsync(OutboxJobContext context, TestPoked payload, CancellationToken cancellationToken) =>
        Task.FromResult($"greeted: {payload.Message}");
}

/// <summary>Succeeds at its third attempt.</summary>
internal sealed class Unstable : OutboxConsumer<TestWobbled>
{
    public override string Name => "unstable";

    public override RetryPolicy Retry { get; } = RetryPolicy.Fixed(6, TimeSpan.FromSeconds(1));

    protected override Task<string> HandleAsync(OutboxJobContext context, TestWobbled payload, CancellationToken cancellationToken) =>
        context.Attempt < 3 ? throw new InvalidOperationException($"Attempt {context.Attempt} wobbled.") : Task.FromResult("stands");
}

/// <summary>Fails for as long as its fault is set.</summary>
internal sealed class Bad(TestFaults faults) : OutboxConsumer<TestSpoiled>
{
    public override string Name => "bad";

    public override RetryPolicy Retry { get; } = RetryPolicy.Fixed(6, TimeSpan.FromSeconds(1));

    protected override Task<string> HandleAsync(OutboxJobContext context, TestSpoiled payload, CancellationToken cancellationToken) =>
        faults.IsOn(TestFault.OutboxBad) ? throw new InvalidOperationException("It never works.") : Task.FromResult("works now");
}

/// <summary>Runs for as long as its fault is set.</summary>
internal sealed class Slow(TestFaults faults) : OutboxConsumer<TestStalled>
{
    public override string Name => "slow";

    protected override async Task<string> HandleAsync(OutboxJobContext context, TestStalled payload, CancellationToken cancellationToken)
    {
        context.Progress("waits to be told", 0.5);
        await faults.LiftedAsync(TestFault.OutboxSlow, cancellationToken);
        return "was told";
    }
}

/// <summary>Kills the process at each attempt.</summary>
internal sealed class Crash(ISuddenEnd end) : OutboxConsumer<TestPoisoned>
{
    public override string Name => "crash";

    public override TimeSpan VisibilityTimeout => TimeSpan.FromSeconds(5);

    public override RetryPolicy Retry { get; } = RetryPolicy.Fixed(3, TimeSpan.Zero);

    protected override async Task<string> HandleAsync(OutboxJobContext context, TestPoisoned payload, CancellationToken cancellationToken)
    {
        end.Come();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return "survived";
    }
}
