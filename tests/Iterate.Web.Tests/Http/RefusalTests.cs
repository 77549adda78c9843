using Iterate.Domain.Api;
using Iterate.Infrastructure.Accounts;
using Iterate.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Http;

/// <summary>Who may not, and what they get to know (requirements A-34 and A-40).</summary>
public sealed class RefusalTests(SharedServer shared)
{
    private IterateServer Server => shared.Server;

    [Theory]
    [InlineData("projects/list", "{}")]
    [InlineData("streams/read", """{"project":"demo","path":"/"}""")]
    [InlineData("streams/follow", """{"project":"demo","path":"/"}""")]
    public async Task Nobody_is_unauthenticated(string method, string body)
    {
        using var client = Server.Client();

        using var response = await client.PostJsonAsync(method, body);

        await response.ProblemAsync(ErrorCodes.Unauthenticated);
    }

    [Fact]
    public async Task A_token_that_opens_nothing_is_nobody()
    {
        using var client = Server.Client(bearer: "itc_0000000000000000000000000000000000000000000000000000");

        using var response = await client.PostAsync("projects/list", new { });

        await response.ProblemAsync(ErrorCodes.Unauthenticated);
    }

    [Theory]
    [InlineData("streams/read")]
    [InlineData("streams/follow")]
    [InlineData("streams/create")]
    public async Task What_an_outsider_may_not_see_looks_like_what_does_not_exist(string method)
    {
        var (owner, outsider) = (await Server.PersonAsync(), await Server.PersonAsync());
        using (var client = Server.Client(bearer: owner.Secret))
        {
            await client.AppendAsync(owner.Slug, "/there");
        }

        var foreign = await AnswerAsync(outsider, method, new { project = owner.Slug, path = "/there" });

        foreign.ShouldBe(await AnswerAsync(outsider, method, new { project = owner.Project.ProjectId, path = "/there" }));
        foreign.ShouldBe(await AnswerAsync(outsider, method, new { project = "never-existed", path = "/there" }));
        foreign.ShouldBe(await AnswerAsync(outsider, method, new { project = "prj_01jd0000000000000000000000", path = "/there" }));
        foreign.ShouldContain("\"code\":\"not-found\"");
    }

    [Fact]
    public async Task A_revoked_session_opens_nothing_at_the_next_request()
    {
        var person = await Server.PersonAsync();
        using var client = Server.Client(cookie: person.Secret, origin: Server.Origin);
        await client.CallAsync<ListProjectsResponse>("projects/list", new { });

        await Server.Services.GetRequiredService<SessionStore>().RevokeAsync(person.Session.SessionId, TestContext.Current.CancellationToken);

        using var response = await client.PostAsync("projects/list", new { });
        await response.ProblemAsync(ErrorCodes.Unauthenticated);
        using var page = await client.GetPathAsync($"proj/{person.Slug}/streams");
        page.Headers.Location!.OriginalString.ShouldStartWith("/login?returnUrl=");
    }

    [Theory]
    [InlineData("nope/nope")]
    [InlineData("streams/nope")]
    [InlineData("streams")]
    public async Task An_unknown_method_is_not_found(string method)
    {
        using var client = Server.Client();

        using var response = await client.PostAsync(method, new { });

        await response.ProblemAsync(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_fault_of_ours_is_logged_once_with_its_trace_and_never_told()
    {
        await using var server = await IterateServer.StartAsync(replace: services => services.AddScoped<IAuthApi, BrokenAuth>());
        using var client = server.Client();

        using var response = await client.PostAsync("auth/whoami", new { });

        var problem = await response.ProblemAsync(ErrorCodes.Internal);
        (await response.TextAsync()).ShouldNotContain("password");
        var logged = server.Log.Errors.ShouldHaveSingleItem();
        logged.Message.ShouldContain(problem["traceId"]!.GetValue<string>());
        logged.Exception!.Message.ShouldBe(BrokenAuth.Detail);
    }

    private async Task<string> AnswerAsync(Person person, string method, object body)
    {
        using var client = Server.Client(bearer: person.Secret);
        using var response = await client.PostAsync(method, body);
        var problem = await response.ProblemAsync(ErrorCodes.NotFound);
        var traceId = problem["traceId"]!.GetValue<string>();
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key is not "Date")
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
        return $"{string.Join('\n', headers)}\n\n{(await response.TextAsync()).Replace(traceId, "", StringComparison.Ordinal)}";
    }
}

/// <summary>Fails with something nobody outside may read.</summary>
internal sealed class BrokenAuth : IAuthApi
{
    public const string Detail = "the password of the database is wrong";

    public Task<WhoamiResponse> WhoamiAsync(WhoamiRequest request, CancellationToken cancellationToken) => throw new InvalidOperationException(Detail);
}
