using Iterate.Domain.Api;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>The consumers of specs (requirement O-53).</summary>
public sealed class SpecConsumersTests : OutboxTest
{
    [Fact]
    public async Task Whatever_crash_runs_dies_each_time_and_ends_as_crashed()
    {
        var deaths = new Deaths();
        await using var node = await OutboxHost.StartAsync(Database, services => services.AddTesting().AddSingleton<ISuddenEnd>(deaths));
        await node.Get<OutboxTesting>().EmitAsync(TestEmission.Crash, 1, InTime);

        for (var death = 1; death <= 3; death++)
        {
            await deaths.AsManyAs(death).WaitAsync(InTime);

            // The process would be gone; nobody renews, and the next one finds the lease run out.
            await node.ExecuteAsync("update outbox_job set lease_until = now() - interval '1 second', claim_epoch = claim_epoch + 1");
        }

        var job = (await node.EndedAsync()).ShouldHaveSingleItem();
        job.LastCode.ShouldBe("crashed");
        job.Outcomes.ShouldBe(["lease-expired", "lease-expired", "lease-expired", "error"]);
    }

    [Fact]
    public async Task A_greeting_wants_to_be_greeted()
    {
        await using var node = OutboxHost.Create(Database, services => services.AddTesting());
        var inserts = node.Get<OutboxInserts>();
        inserts.Prepare<TestPoked>([new(new("hi you"))]).Lanes.ShouldBe(["log-poke", "log-greeting"]);
        inserts.Prepare<TestPoked>([new(new("you"))]).Lanes.ShouldBe(["log-poke"]);
    }

    private sealed class Deaths : ISuddenEnd
    {
        private readonly TaskCompletionSource[] _deaths = [.. Enumerable.Range(0, 10).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        private int _count = -1;

        public Task AsManyAs(int count) => _deaths[count - 1].Task;

        public void Come() => _deaths[Interlocked.Increment(ref _count)].SetResult();
    }
}
