using Iterate.Testing;
using Microsoft.AspNetCore.Components.Forms;

namespace Iterate.Web.Client.Tests;

/// <summary>A bUnit context with the store, a clock that stands still and one signed-in person with two projects.</summary>
public abstract class KitTest : BunitContext
{
    internal static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    protected KitTest()
    {
        Time = new(Noon);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton<TimeProvider>(Time).AddState()
            .AddScoped<IAuthApi, OnePerson>().AddScoped<IProjectsApi, TwoProjects>()
            .AddScoped<AntiforgeryStateProvider, NoAntiforgery>();
    }

    internal ManualTime Time { get; }

    private protected IDispatcher Dispatcher => Services.GetRequiredService<IDispatcher>();

    private protected TState StateOf<TState>() => Services.GetRequiredService<IState<TState>>().Value;

    private sealed class OnePerson : IAuthApi
    {
        public Task<WhoamiResponse> WhoamiAsync(WhoamiRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new WhoamiResponse(new("usr_1", "Mira Kovac", "mira@northwind.dev", IsSystemAdmin: false)));
    }

    private sealed class TwoProjects : IProjectsApi
    {
        public Task<ListProjectsResponse> ListAsync(ListProjectsRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new ListProjectsResponse([Project("demo"), Project("relay")]));

        public Task<ProjectSummary> GetAsync(GetProjectRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ProjectSummary> CreateAsync(CreateProjectRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        private static ProjectSummary Project(string slug) => new()
        {
            ProjectId = $"prj_{slug}", Name = slug, Slug = slug,
            OrganizationId = "org_1", OrganizationName = "Northwind Labs", OrganizationSlug = "northwind",
        };
    }

    private sealed class NoAntiforgery : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken? GetAntiforgeryToken() => null;
    }
}
