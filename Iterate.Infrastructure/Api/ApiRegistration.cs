using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Iterate.Infrastructure.Api;

/// <summary>Registers contract groups.</summary>
public static class ApiRegistration
{
    /// <summary>
    /// Adds a group: whoever injects <typeparamref name="TContract"/> gets the service behind the guard. The service
    /// is also there under its own type, scoped unless it was registered before.
    /// </summary>
    public static IServiceCollection AddApi<TContract, TService>(this IServiceCollection services)
        where TContract : class
        where TService : class, TContract
    {
        services.TryAddSingleton<ScopeResolver>();
        services.TryAddScoped<ApiGuard>();
        services.TryAddScoped<TService>();
        services.AddScoped(provider => GuardProxy<TContract>.Create(
            provider.GetRequiredService<TService>(), provider.GetRequiredService<ApiGuard>()));
        return services;
    }
}
