using Iterate.Domain.Api;
using Iterate.Infrastructure.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Iterate.Infrastructure.Testing;

/// <summary>Registers what only specs use.</summary>
public static class TestingRegistration
{
    /// <summary>Adds the group <c>testing</c>. Call it in the environments Development and Test only.</summary>
    public static IServiceCollection AddTesting(this IServiceCollection services) => services.AddApi<ITestingApi, TestingService>();
}
