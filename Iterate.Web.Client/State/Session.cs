using Iterate.Domain.Api;

namespace Iterate.Web.Client.State;

/// <summary>Who is here and where.</summary>
/// <param name="Person">The signed-in person, or nobody.</param>
/// <param name="Projects">Projects the person may enter.</param>
/// <param name="Project">The project of the page's address; null outside of one and for one the person may not enter.</param>
public sealed record SessionState(UserSummary? Person, IReadOnlyList<ProjectSummary> Projects, ProjectSummary? Project);

/// <summary>A page is drawn: find out who is here, and enter the project of its address.</summary>
public sealed record LoadSession(string? ProjectSlug);

/// <summary>The answer.</summary>
public sealed record SessionLoaded(SessionState Session);

/// <summary>Keeps <see cref="SessionState"/>.</summary>
public sealed class SessionFeature() : Feature<SessionState>(new(null, [], null))
{
    protected override SessionState Reduce(SessionState state, object action) => action is SessionLoaded loaded ? loaded.Session : state;
}

/// <summary>Fetches person and projects through the contract.</summary>
public sealed class SessionLoader(IAuthApi auth, IProjectsApi projects) : IEffect
{
    public async Task HandleAsync(object action, IDispatcher dispatcher)
    {
        if (action is LoadSession load)
        {
            var person = (await auth.WhoamiAsync(new(), CancellationToken.None)).User;
            var open = person is null ? [] : (await projects.ListAsync(new(), CancellationToken.None)).Projects;
            var here = open.FirstOrDefault(project => string.Equals(project.Slug, load.ProjectSlug, StringComparison.Ordinal));
            await dispatcher.DispatchAsync(new SessionLoaded(new(person, open, here)));
        }
    }
}
