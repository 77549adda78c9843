using System.Net;
using System.Text.RegularExpressions;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Accounts;
using Iterate.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.SignIn;

/// <summary>Signing in and out are form posts (requirements ).</summary>
public sealed partial class SignInTests(SharedServer shared)
{
    private IterateServer Server => shared.Server;

    [Fact]
    public async Task A_link_signs_in_with_a_cookie_that_scripts_cannot_read()
    {
        var (person, token) = await LinkAsync();
        using var client = Server.Client(origin: Server.Origin);

        using var response = await client.PostFormAsync("login/link", ("token", token));

        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        response.Headers.Location!.OriginalString.ShouldBe("/");
        var attributes = Cookie(response).Split("; ");
        attributes.ShouldContain("httponly");
        attributes.ShouldContain("samesite=lax");
        attributes.ShouldContain("path=/");
        attributes.ShouldContain(attribute => attribute.StartsWith("expires=", StringComparison.Ordinal));
        attributes.ShouldNotContain(attribute => attribute.StartsWith("domain", StringComparison.Ordinal));
        using var signedIn = Server.Client(cookie: attributes[0].Split('=', 2)[1], origin: Server.Origin);
        (await signedIn.CallAsync<WhoamiResponse>("auth/whoami", new { })).User!.UserId.ShouldBe(person.User.UserId);
    }

    [Fact]
    public async Task A_link_works_once()
    {
        var (_, token) = await LinkAsync();
        using var client = Server.Client(origin: Server.Origin);
        using var first = await client.PostFormAsync("login/link", ("token", token));

        using var second = await client.PostFormAsync("login/link", ("token", token));

        second.Headers.Location!.OriginalString.ShouldBe("/login?error=link-used");
        second.Headers.Contains("Set-Cookie").ShouldBeFalse();
        using var page = await client.GetPathAsync("login?error=link-used");
        (await page.TextAsync()).ShouldContain("This link was used already");
    }

    [Fact]
    public async Task Opening_the_page_of_a_link_does_not_use_it()
    {
        var (_, token) = await LinkAsync();
        using var client = Server.Client(origin: Server.Origin);

        using var page = await client.GetPathAsync("login/link");
        using var asked = await client.GetPathAsync($"login/link?token={token}");

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Headers.Contains("Set-Cookie").ShouldBe(asked.Headers.Contains("Set-Cookie"));
        using var response = await client.PostFormAsync("login/link", ("token", token));
        response.Headers.Location!.OriginalString.ShouldBe("/");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://evil.test")]
    public async Task A_form_of_another_site_does_not_use_a_link(string? origin)
    {
        var (_, token) = await LinkAsync();
        using (var stranger = Server.Client(origin: origin))
        using (var refused = await stranger.PostFormAsync("login/link", ("token", token)))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        using var client = Server.Client(origin: Server.Origin);
        using var response = await client.PostFormAsync("login/link", ("token", token));
        response.Headers.Location!.OriginalString.ShouldBe("/");
    }

    [Theory]
    [InlineData("")]
    [InlineData("text/plain")]
    public async Task What_is_no_form_signs_nobody_in(string contentType)
    {
        using var client = Server.Client(origin: Server.Origin);
        using var content = new ByteArrayContent("token=x"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var response = await client.PostAsync(new Uri("login/link", UriKind.Relative), content, TestContext.Current.CancellationToken);

        ((int)response.StatusCode).ShouldBeLessThan(500);
        response.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task The_sign_out_form_of_a_page_ends_the_session()
    {
        var person = await Server.PersonAsync();
        using var client = Server.Client(cookie: person.Secret, origin: Server.Origin);
        using var page = await client.GetPathAsync($"proj/{person.Slug}/streams");
        var token = AntiforgeryField().Match(SignOutForm().Match(await page.TextAsync()).Value).Groups["token"].Value;
        token.ShouldNotBeEmpty();

        using var response = await client.PostFormAsync("login/sign-out", ("__RequestVerificationToken", token));

        response.Headers.Location!.OriginalString.ShouldBe("/login");
        Cookie(response).ShouldStartWith($"{SessionCookie.PlainName}=; expires=thu, 01 jan 1970");
        using var after = await client.PostAsync("projects/list", new { });
        await after.ProblemAsync(ErrorCodes.Unauthenticated);
    }

    [Fact]
    public async Task Signing_out_without_a_session_leads_to_the_same_place()
    {
        using var client = Server.Client(origin: Server.Origin);

        using var response = await client.PostFormAsync("login/sign-out");

        response.Headers.Location!.OriginalString.ShouldBe("/login");
    }

    [Fact]
    public async Task A_page_sends_nobody_to_sign_in_and_back()
    {
        using var client = Server.Client();

        using var response = await client.GetPathAsync("proj/demo/streams/a/b?types=x,y&open=3");

        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        response.Headers.Location!.OriginalString.ShouldBe("/login?returnUrl=%2Fproj%2Fdemo%2Fstreams%2Fa%2Fb%3Ftypes%3Dx%2Cy%26open%3D3");
        (await response.TextAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/proj/demo/streams?q=a", "/proj/demo/streams?q=a")]
    [InlineData("", "/")]
    [InlineData("https://evil.test/", "/")]
    [InlineData("//evil.test/", "/")]
    [InlineData("/\\evil.test/", "/")]
    [InlineData("/\t/evil.test/", "/")]
    [InlineData("evil.test", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public async Task Whoever_is_signed_in_goes_on_from_the_sign_in_page_but_not_off_the_site(string returnUrl, string expected)
    {
        var person = await Server.PersonAsync();
        using var client = Server.Client(cookie: person.Secret);

        using var response = await client.GetPathAsync($"login?returnUrl={Uri.EscapeDataString(returnUrl)}");

        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        new Uri(Server.Url, response.Headers.Location!).PathAndQuery.ShouldBe(expected);
        new Uri(Server.Url, response.Headers.Location!).Authority.ShouldBe(Server.Url.Authority);
    }

    private async Task<(Person Person, string Token)> LinkAsync()
    {
        var person = await Server.PersonAsync();
        return (person, await Server.Services.GetRequiredService<SignInLinks>().CreateAsync(person.User.UserId, TestContext.Current.CancellationToken));
    }

    /// <summary>The session cookie that is set, attributes in lower case.</summary>
    private static string Cookie(HttpResponseMessage response)
    {
        var cookie = response.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith($"{SessionCookie.PlainName}=", StringComparison.Ordinal));
        var attributes = cookie.IndexOf(';', StringComparison.Ordinal);
        return cookie[..attributes] + cookie[attributes..].ToLowerInvariant();
    }

    [GeneratedRegex("""<form method="post" action="/login/sign-out".*?</form>""", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SignOutForm();

    [GeneratedRegex("""name="__RequestVerificationToken" value="(?<token>[^"]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AntiforgeryField();
}
