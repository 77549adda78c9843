using System.Net;
using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Live;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Http;

/// <summary>Every method over HTTP (requirements S-87 and S-190).</summary>
public sealed class MethodTests(SharedServer shared) : IAsyncLifetime
{
    private HttpClient _client = null!;
    private Person _person = null!;

    public static TheoryData<string> All => [.. Methods.Select(method => method.FullName)];

    public static TheoryData<string> Reading => [.. Methods.Where(method => method.IsReadOnly && (!method.IsLive || method.DownloadType is not null)).Select(method => method.FullName)];

    private static IEnumerable<ApiMethod> Methods => ApiContract.Groups.SelectMany(group => group.Methods);

    public async ValueTask InitializeAsync()
    {
        _person = await shared.Server.PersonAsync();
        _client = shared.Server.Client(bearer: _person.Secret);
        await _client.AppendAsync(_person.Slug, SampleRequests.Path, count: 3);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_method_answers_a_post_as_itself(string name)
    {
        var method = Find(name);
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(method)) { Content = new StringContent(Body(method), System.Text.Encoding.UTF8, "application/json") };

        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        if (response.StatusCode == HttpStatusCode.OK)
        {
            response.Content.Headers.ContentType!.MediaType.ShouldBe(method.DownloadType ?? (method.IsLive ? "text/event-stream" : "application/json"));
        }
        else
        {
            // Reached the service and refused there: samples of methods that make things name what is not there.
            await response.ProblemAsync(name is "testing.create-user" ? ErrorCodes.InvalidInput : ErrorCodes.NotFound);
        }
    }

    [Theory]
    [MemberData(nameof(Reading))]
    public async Task A_reading_method_answers_get_with_the_same_bytes(string name)
    {
        var method = Find(name);

        using var posted = await _client.PostJsonAsync($"{method.Group}/{method.Name}", Body(method));
        using var got = await _client.GetPathAsync($"{Address(method)}?{SampleRequests.Query(SampleRequests.For(method, _person.Slug))}");

        got.StatusCode.ShouldBe(HttpStatusCode.OK, await got.TextAsync());
        (await got.TextAsync()).ShouldBe(await posted.TextAsync());
    }

    [Theory]
    [InlineData("payload={\"number\":2}")]
    [InlineData("filter={\"payload\":{\"number\":2.0}}")]
    [InlineData("contains=NUMBER&payload={\"number\":2}&types=test/*&types=other")]
    public async Task A_filter_fits_into_a_link(string filter)
    {
        using var got = await _client.GetPathAsync($"api/streams/read?project={_person.Slug}&path={SampleRequests.Path}&{filter}");

        var events = JsonNode.Parse(await got.TextAsync())!["events"]!.AsArray();
        events.ShouldHaveSingleItem()!["offset"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public async Task The_live_method_answers_get_with_the_same_frames()
    {
        var method = Find("streams.follow");
        await using var posted = await EventStream.PostAsync(_client, "streams/follow", SampleRequests.For(method, _person.Slug));
        await using var got = await EventStream.GetAsync(_client, $"{Address(method)}?{SampleRequests.Query(SampleRequests.For(method, _person.Slug))}");

        (await got.NextAsync()).ShouldBe(await posted.NextAsync());
    }

    [Fact]
    public async Task Get_is_no_way_to_write()
    {
        using var response = await _client.GetPathAsync($"api/streams/append?project={_person.Slug}&path=/samples/one");

        await response.ProblemAsync(ErrorCodes.NotFound);
    }

    private static ApiMethod Find(string name) => Methods.Single(method => method.FullName == name);

    private static string Address(ApiMethod method) => $"api/{method.Group}/{method.Name}";

    private string Body(ApiMethod method) => SampleRequests.For(method, _person.Slug).ToJsonString();
}
