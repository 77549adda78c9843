using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Iterate.Infrastructure;

internal static class BackgroundRegistration
{
    /// <summary>Adds a service that runs in the background and that others may ask for by its type.</summary>
    public static IServiceCollection AddBackground<TService>(this IServiceCollection services)
        where TService : class, IHostedService =>
        services.AddSingleton<TService>().AddHostedService(provider => provider.GetRequiredService<TService>());
}
