using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Cli;

public sealed class ProjectChoiceTests
{
    private static readonly string[] Count = ["streams", "count", "--path", "/a"];

    private readonly FakeServer _server = new FakeServer().Answers("streams/count", new CountResponse(0, [], 0, 0, 0, Complete: true));

    [Fact]
    public async Task The_only_project_need_not_be_named()
    {
        (await CliRun.Of(_server.Answers("projects/list", Projects("demo")), Count)).ExitCode.ShouldBe(0);

        _server.Requests[^1].Body.ShouldBe("""{"project":"demo","path":"/a"}""");
    }

    [Fact]
    public async Task A_variable_names_the_project()
    {
        var run = new CliRun(_server);
        run.Variables["ITERATE_PROJECT"] = "other";

        (await run.RunAsync(Count)).ExitCode.ShouldBe(0);
        _server.Requests.ShouldHaveSingleItem().Body.ShouldContain("other");
    }

    [Fact]
    public async Task The_option_wins_over_the_variable()
    {
        var run = new CliRun(_server);
        run.Variables["ITERATE_PROJECT"] = "other";

        (await run.RunAsync([.. Count, "--project", "mine"])).ExitCode.ShouldBe(0);
        _server.Requests.ShouldHaveSingleItem().Body.ShouldContain("mine");
    }

    [Fact]
    public async Task Several_projects_are_listed() =>
        (await CliRun.Of(_server.Answers("projects/list", Projects("demo", "other")), Count))
            .ShouldBe(new(2, "", "usage: Name one with --project or ITERATE_PROJECT: demo, other\n"));

    [Fact]
    public async Task No_project_at_all_is_said() =>
        (await CliRun.Of(_server.Answers("projects/list", Projects()), Count)).ShouldBe(new(2, "", "missing-prerequisite: You can see no project.\n"));

    private static ListProjectsResponse Projects(params string[] slugs) => new(
    [
        .. slugs.Select(slug => new ProjectSummary
        {
            ProjectId = "prj_1", Name = slug, Slug = slug, OrganizationId = "org_1", OrganizationName = "Local", OrganizationSlug = "local",
        }),
    ]);
}
