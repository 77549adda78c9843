using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Postgres;

/// <summary>Registers the database.</summary>
public static class PostgresRegistration
{
    /// <summary>
    /// Adds the one <see cref="NpgsqlDataSource"/> of the process and the factory of <see cref="IterateDbContext"/>
    /// over it.
    /// </summary>
    /// <param name="services">Where to register.</param>
    /// <param name="connectionString">A migrated database.</param>
    public static IServiceCollection AddPostgres(this IServiceCollection services, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        // Which command of a batch failed tells the event log whether the commit before it stands.
        var address = new NpgsqlConnectionStringBuilder(connectionString) { IncludeFailedBatchedCommand = true };
        services.AddSingleton(_ => NpgsqlDataSource.Create(address));
        services.AddDbContextFactory<IterateDbContext>((provider, options) => options
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            .AddInterceptors(new Stamps(provider.GetRequiredService<TimeProvider>()))
            .AddInterceptors(provider.GetServices<IDbTransactionInterceptor>())
            // A violated constraint is often an answer, such as a taken name; whoever does not handle it logs it.
            .ConfigureWarnings(events => events.Log(
                (CoreEventId.SaveChangesFailed, LogLevel.Debug), (RelationalEventId.CommandError, LogLevel.Debug))));
        return services;
    }
}
