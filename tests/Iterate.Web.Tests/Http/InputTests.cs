using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Http;

/// <summary>What is wrong with a request is said per field, and nothing is done (requirement A-40).</summary>
public sealed class InputTests(SharedServer shared)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    [Theory]
    [InlineData("project=demo&path=/&colour=red", "colour", "is not a parameter of this method")]
    [InlineData("project=demo&path=/&Limit=1", "Limit", "is not a parameter of this method")]
    [InlineData("project=demo&path=/&limit=many", "limit", "must be a number")]
    [InlineData("project=demo&path=/&limit=", "limit", "must be a number")]
    [InlineData("project=demo&path=/&limit=1.5", "limit", "has the wrong shape")]
    [InlineData("project=demo&path=/&limit=99999999999", "limit", "has the wrong shape")]
    [InlineData("project=demo&path=/&limit=1&limit=2", "limit", "must be given once")]
    [InlineData("project=demo&path=/&direction=sideways", "direction", "has the wrong shape")]
    [InlineData("project=demo&path=/&direction=0", "direction", "has the wrong shape")]
    [InlineData("project=demo&path=/&payload={", "payload", "must be JSON")]
    [InlineData("project=demo&path=/&filter=test", "filter", "must be JSON")]
    [InlineData("project=demo&path=/&filter=[]", "filter", "has the wrong shape")]
    [InlineData("project=demo&path=/&filter={\"kinds\":1}", "filter.kinds", "is not a member of this request")]
    [InlineData("project=demo&path=/&filter={}&types=a", "filter", "cannot be combined with types")]
    [InlineData("path=/", "project", "is required")]
    [InlineData("", "project", "is required")]
    public async Task A_query_parameter_that_cannot_be_read_is_named(string query, string field, string error)
    {
        using var client = shared.Server.Client();

        using var response = await client.GetPathAsync($"api/streams/read?{query}");

        await ShouldNameAsync(response, field, error);
    }

    [Theory]
    [InlineData("""{"path":"/"}""", "project", "is required")]
    [InlineData("""{"project":"demo","path":"/","colour":"red"}""", "colour", "is not a member of this request")]
    [InlineData("""{"project":"demo","path":"/","limit":"ten"}""", "limit", "has the wrong shape")]
    [InlineData("""{"project":null,"path":"/"}""", "project", null)]
    [InlineData("""{"project":"demo","path":"/","filter":{"kinds":[]}}""", "filter.kinds", "is not a member of this request")]
    [InlineData("""{"project":"demo","path":"/","filter":{"types":[1]}}""", "filter.types[0]", "has the wrong shape")]
    [InlineData("""{"project":"demo","project":"demo","path":"/"}""", "project", null)]
    [InlineData("""{"project":"demo",""", "$", null)]
    [InlineData("hello", "$", null)]
    [InlineData("[]", "$", "has the wrong shape")]
    [InlineData("null", "$", "must be an object")]
    [InlineData("", "$", null)]
    public async Task A_body_that_cannot_be_read_is_refused_where_it_is_wrong(string json, string field, string? error)
    {
        using var client = shared.Server.Client();

        using var response = await client.PostJsonAsync("streams/read", json);

        await ShouldNameAsync(response, field, error);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Only_json_is_a_request(string contentType)
    {
        var person = await shared.Server.PersonAsync();
        using var client = shared.Server.Client(bearer: person.Secret);
        using var content = new ByteArrayContent("""{"limit":1}"""u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var response = await client.PostAsync(new Uri("api/projects/list", UriKind.Relative), content, TestContext.Current.CancellationToken);

        await ShouldNameAsync(response, "Content-Type", "must be application/json");
    }

    [Fact]
    public async Task Every_invalid_event_of_a_batch_is_listed_and_none_is_written()
    {
        var person = await shared.Server.PersonAsync();
        using var client = shared.Server.Client(bearer: person.Secret);

        using var response = await client.PostJsonAsync(
            "streams/append",
            $$"""{"project":"{{person.Slug}}","path":"/invalid","events":[{"type":"fine"},{"payload":1},{"type":"a","colour":"red"},{"type":""}]}""");

        var errors = (await response.ProblemAsync(ErrorCodes.InvalidEvent))["errors"]!.AsArray();
        errors.Select(error => error!["index"]!.GetValue<int>()).Distinct().ShouldBe([1, 2, 3]);
        errors.ShouldAllBe(error => error!["message"] != null && error["pointer"] != null);
        using var read = await client.PostAsync("streams/read", new { project = person.Slug, path = "/invalid" });
        await read.ProblemAsync(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_body_of_more_than_nine_mebibytes_is_too_large()
    {
        var person = await shared.Server.PersonAsync();
        using var client = shared.Server.Client(bearer: person.Secret);
        client.DefaultRequestHeaders.ExpectContinue = true;
        using var content = new ByteArrayContent(Utf8.GetBytes($$"""{"project":"demo","path":"/{{new string('a', 9 * 1024 * 1024)}}"}"""));
        content.Headers.ContentType = new("application/json");

        using var response = await client.PostAsync(new Uri("api/streams/read", UriKind.Relative), content, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        await response.ProblemAsync(ErrorCodes.BatchTooLarge);
    }

    private static async Task ShouldNameAsync(HttpResponseMessage response, string field, string? error)
    {
        var problem = await response.ProblemAsync(ErrorCodes.InvalidInput);
        var (name, sentences) = problem["errors"]!.AsObject().ShouldHaveSingleItem();
        name.ShouldBe(field);
        var sentence = sentences!.AsArray().ShouldHaveSingleItem()!.GetValue<string>();
        if (error is null)
        {
            sentence.ShouldNotContain("Iterate.");
            sentence.ShouldNotContain("System.");
        }
        else
        {
            sentence.ShouldBe(error);
        }
    }
}
