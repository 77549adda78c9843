using System.Net;
using System.Text.RegularExpressions;
using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Http;

/// <summary>What a person sees when there is no page (requirements ).</summary>
public sealed partial class PageTests(SharedServer shared)
{
    private const string NothingHere = "Nothing here";

    private IterateServer Server => shared.Server;

    [Fact]
    public async Task A_page_of_a_stream_that_is_not_there_is_the_not_found_page()
    {
        var person = await Server.PersonAsync();

        foreach (var path in new[]
        {
            $"proj/{person.Slug}/streams/nope",
            $"proj/{person.Slug}/streams/not%20a%20path",
            "proj/never-existed/streams",
            "proj/never-existed",
            "no/such/page",
            "no-such-file.css",
        })
        {
            var (status, body) = await PageAsync(person, path);
            status.ShouldBe(HttpStatusCode.NotFound, path);
            body.ShouldContain(NothingHere, customMessage: path);
            body.ShouldContain("</html>");
        }
    }

    [Fact]
    public async Task A_foreign_project_looks_like_none()
    {
        var (owner, outsider) = (await Server.PersonAsync(), await Server.PersonAsync());

        var foreign = await PageAsync(outsider, $"proj/{owner.Slug}/streams");

        foreign.ShouldBe(await PageAsync(outsider, "proj/never-existed/streams"));
    }

    [Fact]
    public async Task A_page_is_there()
    {
        var person = await Server.PersonAsync();
        using var client = Server.Client(bearer: person.Secret);
        await client.AppendAsync(person.Slug, "/a/b");

        var (status, body) = await PageAsync(person, $"proj/{person.Slug}/streams/a/b");

        status.ShouldBe(HttpStatusCode.OK);
        body.ShouldContain("<event-stream");
    }

    [Fact]
    public async Task Every_file_of_a_page_is_named_after_its_content_so_it_is_fetched_once()
    {
        var person = await Server.PersonAsync();

        var (_, body) = await PageAsync(person, $"proj/{person.Slug}/streams");

        var files = AssetOfPage().Matches(body).Select(match => match.Groups["file"].Value).ToArray();
        files.Length.ShouldBeGreaterThan(30);
        files.ShouldAllBe(file => Fingerprint().IsMatch(file));
    }

    [Fact]
    public async Task A_page_that_breaks_says_so_with_a_trace_id_and_no_details()
    {
        await using var server = await IterateServer.StartAsync(replace: services => services.AddScoped<IAuthApi, BrokenAuth>());
        using var client = server.Client(cookie: (await server.OwnerSessionAsync()).Secret);
        client.DefaultRequestHeaders.Add("Accept", "text/html");

        using var response = await client.GetPathAsync("proj/demo/streams?q=a");

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        var body = await response.TextAsync();
        body.ShouldContain("This page did not load");
        body.ShouldContain("href=\"/proj/demo/streams?q=a\"");
        body.ShouldContain("</html>");
        body.ShouldNotContain("password");
        body.ShouldContain(server.Log.Errors.ShouldHaveSingleItem().Message.Split("trace ")[1]);
    }

    [Fact]
    public async Task A_page_that_is_refused_for_now_says_why()
    {
        await using var server = await IterateServer.StartAsync(replace: services => services.AddScoped<IProjectsApi, BusyProjects>());
        using var client = server.Client(cookie: (await server.OwnerSessionAsync()).Secret);

        using var response = await client.GetPathAsync("proj/demo/streams");

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await response.TextAsync()).ShouldContain(BusyProjects.Sentence);
        server.Log.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Production_has_neither_the_testing_group_nor_pages_for_developers()
    {
        await using var server = await IterateServer.StartAsync(Environments.Production);
        using var client = server.Client(cookie: (await server.OwnerSessionAsync()).Secret, origin: server.Origin);

        using var testing = await client.PostAsync("testing/sign-in-as", new { email = "owner@localhost" });
        using var design = await client.GetPathAsync("design");

        await testing.ProblemAsync(ErrorCodes.NotFound);
        design.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await design.TextAsync()).ShouldContain(NothingHere);
    }

    [Fact]
    public async Task Development_has_its_pages()
    {
        await using var server = await IterateServer.StartAsync(Environments.Development);
        using var client = server.Client(cookie: (await server.OwnerSessionAsync()).Secret);

        using var response = await client.GetPathAsync("design");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.TextAsync()).ShouldContain("Component kit");
    }

    [Fact]
    public async Task The_health_of_the_process_is_for_everybody()
    {
        using var client = Server.Client();

        using var response = await client.GetPathAsync("health/live");

        (await response.TextAsync()).ShouldBe("ok");
    }

    private async Task<(HttpStatusCode Status, string Body)> PageAsync(Person person, string path)
    {
        using var client = Server.Client(cookie: person.Secret);
        using var response = await client.GetPathAsync(path);
        return (response.StatusCode, await response.TextAsync());
    }

    [GeneratedRegex("""<(?:link|script)[^>]* (?:src|href)="(?<file>[^"]*\.(?:css|js|svg))""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex AssetOfPage();

    [GeneratedRegex("""\.[a-z0-9]{10}\.(?:css|js|svg|razor\.js)$""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Fingerprint();

    private sealed class BusyProjects : IProjectsApi
    {
        public const string Sentence = "Too much is going on here";

        public Task<ListProjectsResponse> ListAsync(ListProjectsRequest request, CancellationToken cancellationToken) => throw Busy();

        public Task<ProjectSummary> GetAsync(GetProjectRequest request, CancellationToken cancellationToken) => throw Busy();

        public Task<ProjectSummary> CreateAsync(CreateProjectRequest request, CancellationToken cancellationToken) => throw Busy();

        private static ApiException Busy() => new(ErrorCodes.Busy, Sentence);
    }
}
