using Iterate.Domain.Api;
using Iterate.Infrastructure.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Iterate.Infrastructure.Accounts;

/// <summary>Registers people, sessions, organizations and projects.</summary>
public static class AccountsRegistration
{
    /// <summary>
    /// Adds the groups <c>auth</c> and <c>projects</c> behind the guard. The host adds an <see cref="ICallerSource"/>
    /// and the event log its <see cref="IProjectRootStream"/>.
    /// </summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<ProjectFactory>();
        services.AddSingleton<LocalOwner>();
        services.AddApi<IAuthApi, AuthService>();
        services.AddApi<IProjectsApi, ProjectsService>();
        return services;
    }
}
