using Iterate.Domain.Api;
using Iterate.Infrastructure.Api;
using Iterate.Infrastructure.Outbox;
using Microsoft.Extensions.DependencyInjection;

namespace Iterate.Infrastructure.Testing;

/// <summary>Registers what only specs use.</summary>
public static class TestingRegistration
{
    /// <summary>Adds the group <c>testing</c>. Call it in the environments Development and Test only.</summary>
    public static IServiceCollection AddTesting(this IServiceCollection services) => services
        .AddSingleton<TestFaults>()
        .AddSingleton<OutboxTesting>()
        .AddSingleton<ISuddenEnd, KilledProcess>()
        .AddOutboxConsumer<LogPoke>()
        .AddOutboxConsumer<LogGreeting>()
        .AddOutboxConsumer<Unstable>()
        .AddOutboxConsumer<Bad>()
        .AddOutboxConsumer<Slow>()
        .AddOutboxConsumer<Crash>()
        .AddApi<ITestingApi, TestingService>();
}
