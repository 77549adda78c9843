using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Secrets;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Registers durable work.</summary>
public static class OutboxRegistration
{
    /// <summary>
    /// Adds <see cref="IOutbox"/>, the worker that runs jobs with its upkeep, and <see cref="OutboxService"/> for the guard
    /// to wrap. Needs the database and logging.
    /// </summary>
    public static IServiceCollection AddOutbox(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<NodeIdentity>();
        services.TryAddSingleton<IRedactor, TokenRedactor>();
        services.AddOptions<OutboxOptions>();
        return services
            .AddSingleton<ConsumerRegistry>()
            .AddSingleton<OutboxNode>()
            .AddSingleton<OutboxWakeUps>()
            .AddSingleton<OutboxCommits>()
            .AddSingleton<IDbTransactionInterceptor>(provider => provider.GetRequiredService<OutboxCommits>())
            .AddSingleton<OutboxInserts>()
            .AddSingleton<IOutbox, OutboxWriter>()
            .AddSingleton<JobStore>()
            .AddSingleton<JobRunner>()
            .AddSingleton<RunningJobs>()
            .AddSingleton<QueuePasses>()
            .AddSingleton<LanePauses>()
            .AddSingleton<LaneLook>()
            .AddSingleton<EventSearch>()
            .AddSingleton<EventReader>()
            .AddSingleton<OutboxWatch>()
            .AddSingleton<JobActions>()
            .AddSingleton<LaneAdmin>()
            .AddSingleton<QueueProcessing>()
            .AddSingleton<OutboxExamination>()
            .AddSingleton<FailureTable>()
            .AddSingleton<FailureTopic>()
            .AddSingleton<FailureWatch>()
            .AddSingleton(provider => new OutboxService(
                provider.GetRequiredService<EventSearch>(),
                provider.GetRequiredService<EventReader>(),
                provider.GetRequiredService<OutboxWatch>(),
                provider.GetRequiredService<JobActions>(),
                provider.GetRequiredService<LaneAdmin>(),
                provider.GetRequiredService<QueueProcessing>(),
                provider.GetRequiredService<OutboxExamination>(),
                provider.GetRequiredService<FailureWatch>(),
                provider.GetRequiredService<ILogger<OutboxService>>()))
            .AddSingleton<MissingConsumers>()
            .AddSingleton<Retention>()
            .AddOutboxConsumer<PruneOutbox>()
            .AddRecurringWork("prune-outbox", PruneOutbox.Interval, tick => new RetentionCameDue(tick))
            .AddBackground<HintSender>()
            .AddBackground<HintListener>()
            .AddBackground<FailureReporter>()
            .AddBackground<NodeHeartbeat>()
            .AddBackground<UpkeepLeader>()
            .AddBackground<OutboxWorker>();
    }

    /// <summary>Adds a consumer and its lane.</summary>
    public static IServiceCollection AddOutboxConsumer<TConsumer>(this IServiceCollection services)
        where TConsumer : OutboxConsumer => services.AddSingleton<OutboxConsumer, TConsumer>();

    /// <summary>Adds an event that is enqueued once every <paramref name="interval"/> (requirement O-12).</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="name">Names it in dedup keys; never changes.</param>
    /// <param name="interval">Ticks are its multiples since the year 1, so the same on every node.</param>
    /// <param name="payload">The event of a tick.</param>
    public static IServiceCollection AddRecurringWork<TPayload>(
        this IServiceCollection services, string name, TimeSpan interval, Func<DateTimeOffset, TPayload> payload)
        where TPayload : class, IOutboxPayload => services.AddSingleton<RecurringWork>(new RecurringWork<TPayload>(name, interval, payload));
}
