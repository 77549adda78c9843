using System.Net;
using System.Net.WebSockets;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Accounts;
using Iterate.Web.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Http;

/// <summary>What another site can make a browser send with its cookie is refused (requirement A-21).</summary>
public sealed class CrossSiteTests(SharedServer shared)
{
    private IterateServer Server => shared.Server;

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("https://evil.test")]
    [InlineData("http://localhost")]
    public async Task A_post_with_a_cookie_needs_our_origin(string? origin)
    {
        var person = await Server.PersonAsync();
        using var client = Server.Client(cookie: person.Secret, origin: origin);

        using var response = await client.PostAsync("projects/list", new { });

        await response.ProblemAsync(ErrorCodes.CsrfRefused);
    }

    [Fact]
    public async Task A_post_of_our_own_pages_passes()
    {
        var person = await Server.PersonAsync();
        using var client = Server.Client(cookie: person.Secret, origin: Server.Origin);

        (await client.CallAsync<ListProjectsResponse>("projects/list", new { })).Projects.ShouldHaveSingleItem().Slug.ShouldBe(person.Slug);
    }

    [Fact]
    public async Task A_bearer_token_needs_no_origin()
    {
        var person = await Server.PersonAsync();
        using var client = Server.Client(bearer: person.Secret, origin: "https://evil.test");

        (await client.CallAsync<ListProjectsResponse>("projects/list", new { })).Projects.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Reading_by_link_needs_no_origin()
    {
        var person = await Server.PersonAsync();
        using var client = Server.Client(cookie: person.Secret);

        using var response = await client.GetPathAsync($"api/projects/get?project={person.Slug}");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("hubs/streams", null)]
    [InlineData("hubs/streams", "https://evil.test")]
    [InlineData("_blazor", null)]
    [InlineData("_blazor", "https://evil.test")]
    public async Task A_websocket_with_a_cookie_needs_our_origin(string path, string? origin)
    {
        var person = await Server.PersonAsync();
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Cookie", $"{SessionCookie.PlainName}={person.Secret}");
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        await Should.ThrowAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(Server.Url) { Scheme = "ws", Path = path }.Uri, TestContext.Current.CancellationToken));

        socket.HttpStatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_form_of_another_site_signs_nobody_out()
    {
        var person = await Server.PersonAsync();
        using var client = Server.Client(cookie: person.Secret, origin: "https://evil.test");
        client.DefaultRequestHeaders.Add("Accept", "text/html");

        using var response = await client.PostFormAsync("login/sign-out");

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await response.TextAsync()).ShouldContain(ErrorCodes.CsrfRefused);
        using var own = Server.Client(cookie: person.Secret, origin: Server.Origin);
        await own.CallAsync<ListProjectsResponse>("projects/list", new { });
    }

    [Theory]
    [InlineData("")]
    [InlineData("login")]
    [InlineData("api/auth/whoami")]
    [InlineData("health/live")]
    [InlineData("no/such/page")]
    [InlineData("_content/Iterate.Web.Client/css/tokens.css")]
    [InlineData("proj/demo/streams")]
    [InlineData("proj/demo/streams/a/b", "'self'")]
    public async Task Every_answer_tells_the_browser_what_not_to_do(string path, string mayFrame = "'none'")
    {
        using var client = Server.Client();

        using var response = await client.GetPathAsync(path);

        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
        response.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldEndWith($"frame-ancestors {mayFrame}");
        response.Headers.Contains("Server").ShouldBeFalse();
    }
}
