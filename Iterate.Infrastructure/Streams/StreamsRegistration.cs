using Iterate.Infrastructure.Accounts;
using Iterate.Infrastructure.Outbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>Registers the event log.</summary>
public static class StreamsRegistration
{
    /// <summary>
    /// Adds <see cref="EventLog"/> for internal callers, <see cref="StreamsService"/> for the guard to wrap, and what runs
    /// in the background: hints, the listener and its poll, presence and live lists. Needs the data source, the outbox,
    /// logging and a host.
    /// </summary>
    public static IServiceCollection AddStreams(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<StreamsOptions>().BindConfiguration(StreamsOptions.Section)
            .Validate(options => options.WriterLoops is >= 1 and <= 64, "Streams:WriterLoops must be 1 to 64.")
            .ValidateOnStart();
        services.AddMetrics();
        services.AddSingleton<StreamsMetrics>();
        services.AddSingleton(provider =>
        {
            var live = new LiveStreams(
                provider.GetRequiredService<NpgsqlDataSource>(),
                provider.GetRequiredService<ListChanges>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<LiveStreams>>(),
                provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
            provider.GetRequiredService<StreamsMetrics>().ObserveFollowers(live);
            return live;
        });
        services.AddSingleton(provider => new EventLog(
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<IOptions<StreamsOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<LiveStreams>(),
            provider.GetRequiredService<WakeUpSender>(),
            provider.GetRequiredService<OutboxInserts>(),
            provider.GetRequiredService<OutboxWakeUps>(),
            provider.GetRequiredService<StreamsMetrics>(),
            provider.GetRequiredService<ILogger<EventLog>>()));
        services.AddSingleton(provider => new Lazy<EventLog>(provider.GetRequiredService<EventLog>));
        services.AddOutboxConsumer<AnnounceStream>();
        services.AddOutboxConsumer<RemoveEvents>();
        services.AddOutboxConsumer<RecordFact>();
        services.AddSingleton(provider => new Lazy<IOutbox>(provider.GetRequiredService<IOutbox>));
        services.AddOutboxConsumer<RemoveProjectStreams>();
        services.AddSingleton<StreamDeletion>();
        services.AddSingleton<StreamImporter>();
        services.AddSingleton(provider => new Lazy<StreamImporter>(provider.GetRequiredService<StreamImporter>));
        services.AddOutboxConsumer<CancelAbandonedImport>();
        services.AddSingleton<IProjectRootStream, ProjectRootStream>();
        services.TryAddSingleton<NodeIdentity>();
        services.AddSingleton<ListChanges>();
        services.AddSingleton<SilentChanges>();
        services.AddSingleton<FollowerSlots>();
        services.AddSingleton<Follower>();
        services.AddSingleton<FrameSender>();
        services.AddSingleton<PresenceFeed>();
        services.AddSingleton<LiveFeeds>();
        services.AddSingleton(provider => new StreamsService(
            provider.GetRequiredService<EventLog>(),
            provider.GetRequiredService<LiveFeeds>(),
            provider.GetRequiredService<LiveStreams>(),
            provider.GetRequiredService<StreamDeletion>(),
            provider.GetRequiredService<StreamImporter>(),
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<StreamsMetrics>()));
        return services
            .AddBackground<WakeUpSender>()
            .AddBackground<HeadPoller>()
            .AddBackground<FrameReceiver>()
            .AddBackground<WakeUpListener>()
            .AddBackground<ViewerBoard>()
            .AddBackground<ListFeed>();
    }
}
