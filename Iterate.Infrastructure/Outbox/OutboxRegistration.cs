using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Registers durable work.</summary>
public static class OutboxRegistration
{
    /// <summary>Adds <see cref="IOutbox"/> and the worker that runs jobs. Needs the database and logging.</summary>
    public static IServiceCollection AddOutbox(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton<ConsumerRegistry>()
            .AddSingleton<OutboxWakeUps>()
            .AddSingleton<OutboxCommits>()
            .AddSingleton<IDbTransactionInterceptor>(provider => provider.GetRequiredService<OutboxCommits>())
            .AddSingleton<OutboxInserts>()
            .AddSingleton<OutboxNode>()
            .AddSingleton<JobStore>()
            .AddSingleton<JobRunner>()
            .AddSingleton<IOutbox, OutboxWriter>()
            .AddHostedService<OutboxWorker>();
    }

    /// <summary>Adds a consumer and its lane.</summary>
    public static IServiceCollection AddOutboxConsumer<TConsumer>(this IServiceCollection services)
        where TConsumer : OutboxConsumer => services.AddSingleton<OutboxConsumer, TConsumer>();
}
