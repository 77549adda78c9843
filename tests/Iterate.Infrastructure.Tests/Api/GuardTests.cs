using Iterate.Domain;
using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Accounts;
using Iterate.Infrastructure.Tests.Accounts;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Api;

/// <summary>The guard end to end: contract method, database, outcome.</summary>
public sealed class GuardTests : IAsyncLifetime
{
    private AccountsHost _host = null!;
    private ProjectSummary _project = null!;
    private Dictionary<string, Caller> _callers = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await AccountsHost.CreateAsync();
        var owner = await _host.PersonAsync("owner@example.org");
        _project = await _host.As<ITestingApi>(Caller.Anonymous).CreateOrganizationAsync(new("Acme", "Rocket", "owner@example.org"), Token);
        _callers = new(StringComparer.Ordinal)
        {
            ["anonymous"] = Caller.Anonymous,
            ["outsider"] = await _host.PersonAsync("outsider@example.org"),
            ["viewer"] = await MemberAsync("viewer", OrganizationRole.Viewer),
            ["member"] = await MemberAsync("member", OrganizationRole.Member),
            ["admin"] = await MemberAsync("admin", OrganizationRole.Admin),
            ["owner"] = owner,
            ["system-admin"] = (await _host.PersonAsync("system@example.org")) with { IsSystemAdmin = true },
        };
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("anonymous", "ok", "unauthenticated", "unauthenticated", "unauthenticated", "unauthenticated")]
    [InlineData("outsider", "ok", "ok", "not-found", "not-found", "not-found")]
    [InlineData("viewer", "ok", "ok", "forbidden", "ok", "forbidden")]
    [InlineData("member", "ok", "ok", "ok", "ok", "ok")]
    [InlineData("admin", "ok", "ok", "ok", "ok", "ok")]
    [InlineData("owner", "ok", "ok", "ok", "ok", "ok")]
    [InlineData("system-admin", "ok", "ok", "ok", "ok", "ok")]
    public async Task every_caller_gets_what_the_tier_says(
        string caller, string onPublic, string onUser, string onOrgMember, string onProjectRead, string onProjectWrite)
    {
        var projects = _host.As<IProjectsApi>(_callers[caller]);
        var streams = _host.As<IStreamsApi>(_callers[caller]);

        (await OutcomeAsync(_host.As<IAuthApi>(_callers[caller]).WhoamiAsync(new(), Token))).ShouldBe(onPublic);
        (await OutcomeAsync(projects.ListAsync(new(), Token))).ShouldBe(onUser);
        (await OutcomeAsync(projects.CreateAsync(new("acme", "Another"), Token))).ShouldBe(onOrgMember);
        (await OutcomeAsync(projects.GetAsync(new("rocket"), Token))).ShouldBe(onProjectRead);
        (await OutcomeAsync(streams.AppendAsync(new("rocket", "/a", []), Token))).ShouldBe(onProjectWrite);
    }

    [Fact]
    public async Task what_one_may_not_see_looks_exactly_like_what_does_not_exist()
    {
        var projects = _host.As<IProjectsApi>(_callers["outsider"]);

        var foreign = await Should.ThrowAsync<ApiException>(projects.GetAsync(new("rocket"), Token));
        foreach (var name in new[]
        {
            "no-such-project", TypeId.New("prj", TimeProvider.System), _project.OrganizationId, _project.ProjectId, "Rocket", "a\0b", "", "../acme",
        })
        {
            var missing = await Should.ThrowAsync<ApiException>(projects.GetAsync(new(name), Token));
            (missing.Code, missing.Status, missing.Message, missing.Members.Count, missing.RetryAfterSeconds)
                .ShouldBe((foreign.Code, foreign.Status, foreign.Message, foreign.Members.Count, foreign.RetryAfterSeconds));
        }
    }

    [Fact]
    public async Task the_service_learns_who_calls_and_about_what()
    {
        await _host.As<IStreamsApi>(_callers["member"]).AppendAsync(new(_project.ProjectId, "/a", []), Token);

        _host.Streams.Contexts.ShouldHaveSingleItem().ShouldBe(new(
            _callers["member"], new(_project.ProjectId, "rocket", _project.OrganizationId), _project.OrganizationId, OrganizationRole.Member)
        {
            Method = "streams.append",
        });
    }

    [Fact]
    public async Task the_context_ends_with_the_call()
    {
        await _host.As<IStreamsApi>(_callers["member"]).AppendAsync(new("rocket", "/a", []), Token);

        Should.Throw<InvalidOperationException>(() => CallContext.Current);
    }

    [Fact]
    public async Task a_service_reached_around_the_guard_throws()
    {
        var service = new AuthService(_host.Database.Contexts);

        await Should.ThrowAsync<InvalidOperationException>(service.WhoamiAsync(new(), Token));
    }

    [Fact]
    public async Task a_live_method_has_its_context_for_every_item()
    {
        await using var items = _host.As<IStreamsApi>(_callers["viewer"]).FollowAsync(new("rocket", "/a"), Token).GetAsyncEnumerator(Token);
        foreach (var head in new[] { 1, 2 })
        {
            await _host.Streams.Batches.Writer.WriteAsync(new("str_1", [], head, head), Token);
            (await items.MoveNextAsync()).ShouldBeTrue();
            items.Current.HeadOffset.ShouldBe(head);
        }

        _host.Streams.Contexts.Select(context => context.Project!.Slug).ShouldBe(["rocket", "rocket"]);
        Should.Throw<InvalidOperationException>(() => CallContext.Current);
    }

    [Fact]
    public async Task a_live_method_is_refused_before_its_first_item()
    {
        await using var items = _host.As<IStreamsApi>(_callers["outsider"]).FollowAsync(new("rocket", "/a"), Token).GetAsyncEnumerator(Token);

        (await OutcomeAsync(items.MoveNextAsync().AsTask())).ShouldBe("not-found");
    }

    [Fact]
    public async Task a_waiting_live_method_ends_when_its_caller_is_removed()
    {
        await using var items = _host.As<IStreamsApi>(_callers["member"]).FollowAsync(new("rocket", "/a"), Token).GetAsyncEnumerator(Token);
        var waiting = items.MoveNextAsync().AsTask();
        await _host.Streams.Following;
        await using (var remove = _host.Database.DataSource.CreateCommand("delete from membership where role = 'member'"))
        {
            await remove.ExecuteNonQueryAsync(Token);
        }

        _host.Time.Advance(TimeSpan.FromSeconds(60));

        (await OutcomeAsync(waiting)).ShouldBe("not-found");
    }

    [Fact]
    public async Task a_waiting_live_method_ends_when_its_session_does()
    {
        var caller = _callers["member"];
        await using var items = _host.As<IStreamsApi>(() => caller).FollowAsync(new("rocket", "/a"), Token).GetAsyncEnumerator(Token);
        var waiting = items.MoveNextAsync().AsTask();
        await _host.Streams.Following;

        caller = Caller.Anonymous;
        _host.Time.Advance(TimeSpan.FromSeconds(60));

        (await OutcomeAsync(waiting)).ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task a_live_method_that_is_left_alone_checks_nothing_more()
    {
        await using (var items = _host.As<IStreamsApi>(_callers["member"]).FollowAsync(new("rocket", "/a"), Token).GetAsyncEnumerator(Token))
        {
            await _host.Streams.Batches.Writer.WriteAsync(new("str_1", [], 1, 1), Token);
            await items.MoveNextAsync();
            _host.Time.WaitingTimers.ShouldBe(1);
        }

        _host.Time.WaitingTimers.ShouldBe(0);
    }

    private async Task<Caller> MemberAsync(string name, OrganizationRole role)
    {
        var person = await _host.PersonAsync($"{name}@example.org");
        await _host.JoinAsync(person, _project.OrganizationId, role);
        return person;
    }

    private static async Task<string> OutcomeAsync(Task call)
    {
        try
        {
            await call;
            return "ok";
        }
        catch (ApiException refusal)
        {
            return refusal.Code;
        }
    }
}
