using Microsoft.Extensions.DependencyInjection;

namespace Iterate.Web.Client.State;

/// <summary>Registers the store.</summary>
public static class StateRegistration
{
    /// <summary>One store per scope. Needs <see cref="TimeProvider"/> and the contract's <c>auth</c> and <c>projects</c> groups.</summary>
    public static IServiceCollection AddState(this IServiceCollection services) => services
        .AddScoped<IDispatcher, Store>().AddScoped<IEffect, ToastTimer>().AddScoped<IEffect, SessionLoader>()
        .AddFeature<ToastsFeature, ToastsState>()
        .AddFeature<ConnectionFeature, ConnectionState>()
        .AddFeature<SessionFeature, SessionState>();

    private static IServiceCollection AddFeature<TFeature, TState>(this IServiceCollection services)
        where TFeature : Feature<TState> where TState : class => services
        .AddScoped<TFeature>()
        .AddScoped<Feature>(provider => provider.GetRequiredService<TFeature>())
        .AddScoped<IState<TState>>(provider => provider.GetRequiredService<TFeature>());
}
