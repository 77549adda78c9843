using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Accounts;

public sealed class ProjectsServiceTests : IAsyncLifetime
{
    private AccountsHost _host = null!;
    private Caller _ada = null!;
    private ProjectSummary _first = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await AccountsHost.CreateAsync();
        _ada = await _host.PersonAsync("ada@example.org");
        _first = await _host.As<ITestingApi>(Caller.Anonymous).CreateOrganizationAsync(new("Engines", "Analytical", "ada@example.org"), Token);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task a_project_is_created_with_its_root_stream()
    {
        var created = await Projects(_ada).CreateAsync(new("engines", "  Difference Engine "), Token);

        created.Name.ShouldBe("Difference Engine");
        created.Slug.ShouldBe("difference-engine");
        _host.Roots.Projects.ShouldContain(created.ProjectId);
        (await Projects(_ada).GetAsync(new("difference-engine"), Token)).ShouldBe(created);
        (await Projects(_ada).GetAsync(new(created.ProjectId), Token)).ShouldBe(created);
    }

    [Fact]
    public async Task a_project_says_which_role_its_reader_has()
    {
        var viewer = await _host.PersonAsync("vera@example.org");
        var shared = await _host.As<ITestingApi>(Caller.Anonymous).CreateOrganizationAsync(
            new("Looms", "Jacquard", "ada@example.org", "vera@example.org"), Token);

        shared.Role.ShouldBe(OrganizationRole.Owner);
        (await Projects(_ada).GetAsync(new(shared.Slug), Token)).Role.ShouldBe(OrganizationRole.Owner);
        (await Projects(viewer).GetAsync(new(shared.Slug), Token)).Role.ShouldBe(OrganizationRole.Viewer);
        (await Projects(viewer).ListAsync(new(), Token)).Projects.ShouldHaveSingleItem().Role.ShouldBe(OrganizationRole.Viewer);
        (await Projects(viewer with { IsSystemAdmin = true }).GetAsync(new(_first.Slug), Token)).Role.ShouldBeNull();
    }

    [Fact]
    public async Task a_name_is_taken_whatever_its_case()
    {
        var refusal = await Should.ThrowAsync<ApiException>(Projects(_ada).CreateAsync(new("engines", "ANALYTICAL"), Token));

        refusal.Code.ShouldBe("name-taken");
    }

    [Fact]
    public async Task another_organization_may_use_the_name_and_gets_another_slug()
    {
        var other = await _host.As<ITestingApi>(Caller.Anonymous).CreateOrganizationAsync(new("Engines", "Analytical", "ada@example.org"), Token);

        (other.OrganizationSlug, other.Slug).ShouldBe(("engines-2", "analytical-2"));
    }

    [Fact]
    public async Task projects_created_at_once_under_one_name_get_slugs_of_their_own()
    {
        var names = Enumerable.Range(0, 8).Select(spaces => $"twin{new string(' ', spaces)}{new string('!', spaces)}");

        var created = await Task.WhenAll(names.Select(name => Projects(_ada).CreateAsync(new("engines", name), Token)));

        created.Select(project => project.Slug).Order(StringComparer.Ordinal)
            .ShouldBe(["twin", "twin-2", "twin-3", "twin-4", "twin-5", "twin-6", "twin-7", "twin-8"]);
    }

    [Fact]
    public async Task a_bad_name_is_refused_by_its_field()
    {
        var refusal = await Should.ThrowAsync<ApiException>(Projects(_ada).CreateAsync(new("engines", " "), Token));

        refusal.Code.ShouldBe("invalid-input");
        ((IReadOnlyDictionary<string, string[]>)refusal.Members["errors"]!).Keys.ShouldBe(["name"]);
    }

    [Fact]
    public async Task pages_hold_each_project_once_in_order()
    {
        foreach (var name in new[] { "c", "a", "b" })
        {
            await Projects(_ada).CreateAsync(new("engines", name), Token);
        }

        var seen = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = await Projects(_ada).ListAsync(new(Limit: 3, cursor), Token);
            seen.AddRange(page.Projects.Select(project => project.Name));
            cursor = page.NextCursor;
            if (cursor is null)
            {
                break;
            }
        }

        seen.ShouldBe(["Analytical", "a", "b", "c"]);
    }

    [Fact]
    public async Task a_list_holds_only_projects_of_own_organizations()
    {
        var outsider = await _host.PersonAsync("eve@example.org");
        (await Projects(outsider).ListAsync(new(), Token)).Projects.ShouldBeEmpty();

        await _host.JoinAsync(outsider, _first.OrganizationId, OrganizationRole.Viewer);
        (await Projects(outsider).ListAsync(new(), Token)).Projects.ShouldBe([_first with { Role = OrganizationRole.Viewer }]);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(201, null)]
    [InlineData(10, "not a cursor")]
    [InlineData(10, "e30")]
    [InlineData(10, "bnVsbA")]
    public async Task a_bad_page_is_refused(int limit, string? cursor)
    {
        var refusal = await Should.ThrowAsync<ApiException>(Projects(_ada).ListAsync(new(limit, cursor), Token));

        refusal.Code.ShouldBe("invalid-input");
    }

    private IProjectsApi Projects(Caller caller) => _host.As<IProjectsApi>(caller);
}
