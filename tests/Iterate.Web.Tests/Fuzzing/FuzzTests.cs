using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Fuzzing;

/// <summary>Bad input never yields a 5xx and never leaves a mark on a log.</summary>
public sealed class FuzzTests(SharedServer shared)
{
    private const int Bodies = 20_000;
    private const int Callers = 8;

    [Fact]
    public async Task Twenty_thousand_bodies_get_an_answer_or_a_coded_refusal()
    {
        var person = await shared.Server.PersonAsync();
        var answers = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => SendAsync(person, seed: 20261121 + caller, answers))));

        answers.Values.Sum().ShouldBe(Bodies);
        answers.Keys.ShouldContain("200");
        answers.Keys.ShouldContain(ErrorCodes.InvalidInput);
        answers.Keys.ShouldContain(ErrorCodes.InvalidEvent);
        answers.Keys.ShouldContain(ErrorCodes.InvalidPath);
        await ShouldBeSoundAsync(person);
    }

    private async Task SendAsync(Person person, int seed, ConcurrentDictionary<string, int> answers)
    {
        using var client = shared.Server.Client(bearer: person.Secret);
        var bodies = new HostileBodies(seed, person.Slug);
        for (var number = 0; number < Bodies / Callers; number++)
        {
            var (method, body) = bodies.Next();
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await client.PostAsync(new Uri($"api/{method}", UriKind.Relative), content, TestContext.Current.CancellationToken);
            var said = $"{method} body {number} of seed {seed} answered {await response.TextAsync()}";
            ((int)response.StatusCode).ShouldBeLessThan(500, said);
            var code = response.IsSuccessStatusCode ? "200" : (string?)JsonNode.Parse(await response.TextAsync())!["code"];
            code.ShouldNotBeNull(said);
            (response.IsSuccessStatusCode || ErrorCodes.StatusOf(code) == (int)response.StatusCode).ShouldBeTrue(said);
            answers.AddOrUpdate(code, 1, (_, count) => count + 1);
        }
    }

    private async Task ShouldBeSoundAsync(Person person)
    {
        using var client = shared.Server.Client(bearer: person.Secret);
        for (var stream = 0; stream < 6; stream++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/fuzz/{stream}");
            var verified = await client.CallAsync<VerifyResponse>("streams/verify", new { project = person.Slug, path });
            verified.Differences.ShouldBeEmpty();
            verified.Events.ShouldBeGreaterThan(50);
        }
    }
}
