using System.IO.Compression;
using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Http;

/// <summary>A download is a file with a name, and what breaks off does not look whole (requirements S-121 and S-122).</summary>
public sealed class DownloadTests(SharedServer shared)
{
    [Theory]
    [InlineData("", "application/x-ndjson", "samples-1-4.ndjson")]
    [InlineData("&gzip=true&afterOffset=1", "application/gzip", "samples-2-4.ndjson.gz")]
    public async Task A_link_downloads_a_named_file(string query, string contentType, string name)
    {
        var person = await shared.Server.PersonAsync();
        using var client = shared.Server.Client(cookie: person.Secret, origin: shared.Server.Origin);
        await client.AppendAsync(person.Slug, "/samples", count: 3);

        using var response = await client.GetPathAsync($"api/streams/export?project={person.Slug}&path=/samples{query}");

        response.IsSuccessStatusCode.ShouldBeTrue();
        response.Content.Headers.ContentType!.MediaType.ShouldBe(contentType);
        response.Content.Headers.ContentDisposition!.ToString().ShouldBe($"attachment; filename={person.Slug}-{name}");
        response.Headers.GetValues("X-Head-Offset").ShouldBe(["4"]);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var text = new StreamReader(contentType.EndsWith("gzip", StringComparison.Ordinal) ? new GZipStream(body, CompressionMode.Decompress) : body);
        var lines = (await text.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n');
        lines[^1].ShouldBeEmpty();
        lines[^2].ShouldStartWith("{\"offset\":4,");
    }

    [Fact]
    public async Task A_refusal_is_a_problem_and_no_file()
    {
        var person = await shared.Server.PersonAsync();
        using var client = shared.Server.Client(bearer: person.Secret);

        using var response = await client.GetPathAsync($"api/streams/export?project={person.Slug}&path=/nothing");

        await response.ProblemAsync(ErrorCodes.NotFound);
    }
}
