using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Testing;

namespace Iterate.NextBuild;

/// <summary>A consumer that came with this build, for an event that was there before.</summary>
internal sealed class CountPoke : OutboxConsumer<TestPoked>
{
    public override string Name => "count-poke";

    protected override Task<string> HandleAsync(OutboxJobContext context, TestPoked payload, CancellationToken cancellationToken) =>
        Task.FromResult("counted");
}
