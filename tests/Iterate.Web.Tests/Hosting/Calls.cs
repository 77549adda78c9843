using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Hosting;

/// <summary>Calls of contract methods as another program makes them: JSON out, JSON in.</summary>
internal static class Calls
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string method, object body) =>
        client.PostJsonAsync(method, JsonSerializer.Serialize(body, ApiJson.Options));

    public static Task<HttpResponseMessage> PostJsonAsync(this HttpClient client, string method, string json) =>
        client.PostAsync(new Uri($"api/{method}", UriKind.Relative), new StringContent(json, Encoding.UTF8, "application/json"), Stop);

    public static Task<HttpResponseMessage> GetPathAsync(this HttpClient client, string path) =>
        client.GetAsync(new Uri(path.TrimStart('/'), UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop);

    public static Task<HttpResponseMessage> PostFormAsync(this HttpClient client, string path, params (string Name, string Value)[] fields) =>
        client.PostAsync(
            new Uri(path.TrimStart('/'), UriKind.Relative),
            new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
            Stop);

    /// <summary>Calls and expects an answer.</summary>
    public static async Task<TResponse> CallAsync<TResponse>(this HttpClient client, string method, object body)
    {
        using var response = await client.PostAsync(method, body);
        var text = await response.TextAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonSerializer.Deserialize<TResponse>(text, ApiJson.Options)!;
    }

    /// <summary>Appends events of one type, numbered from 1 in their payload.</summary>
    public static Task<AppendResponse> AppendAsync(this HttpClient client, string project, string path, int count = 1, string type = "test/happened") =>
        client.CallAsync<AppendResponse>(
            "streams/append",
            new { project, path, events = Enumerable.Range(1, count).Select(number => new { type, payload = new { number } }) });

    public static Task<string> TextAsync(this HttpResponseMessage response) => response.Content.ReadAsStringAsync(Stop);

    /// <summary>Expects a refusal and answers its problem.</summary>
    public static async Task<JsonObject> ProblemAsync(this HttpResponseMessage response, string code)
    {
        var text = await response.TextAsync();
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", text);
        var problem = JsonNode.Parse(text)!.AsObject();
        problem["code"]!.GetValue<string>().ShouldBe(code, text);
        problem["type"]!.GetValue<string>().ShouldBe($"urn:iterate:error:{code}");
        problem["status"]!.GetValue<int>().ShouldBe((int)response.StatusCode);
        problem["status"]!.GetValue<int>().ShouldBe(ErrorCodes.StatusOf(code));
        problem["title"]!.GetValue<string>().ShouldNotBeEmpty();
        problem["detail"]!.GetValue<string>().ShouldNotBeEmpty();
        problem["traceId"]!.GetValue<string>().Length.ShouldBe(32);
        return problem;
    }
}
