using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Web.Tests.Cli;

/// <summary>Speaks the HTTP shape of the contract with answers that a test wrote down.</summary>
internal sealed class FakeServer : HttpMessageHandler
{
    private readonly Dictionary<string, Func<Request, HttpResponseMessage>> _answers = new(StringComparer.Ordinal);

    public List<Request> Requests { get; } = [];

    public FakeServer On(string method, Func<Request, HttpResponseMessage> answer)
    {
        _answers[method] = answer;
        return this;
    }

    public FakeServer Answers(string method, object answer) => On(method, _ => Json(answer));

    public FakeServer Refuses(string method, HttpStatusCode status, string problem) => On(method, _ => Problem(status, problem));

    /// <summary>One answer per request, in order.</summary>
    public FakeServer InTurn(string method, params Func<Request, HttpResponseMessage>[] answers)
    {
        var turn = 0;
        return On(method, request => answers[turn++](request));
    }

    public static HttpResponseMessage Json(object answer) => With(
        HttpStatusCode.OK, "application/json", new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(answer, answer.GetType(), ApiJson.Options)));

    public static HttpResponseMessage Problem(HttpStatusCode status, string problem) =>
        With(status, "application/problem+json", new ByteArrayContent(Encoding.UTF8.GetBytes(problem)));

    public static HttpResponseMessage Html(HttpStatusCode status) =>
        With(status, "text/html", new ByteArrayContent("<h1>Something else</h1>"u8.ToArray()));

    public static HttpResponseMessage EventStream(Stream body) => With(HttpStatusCode.OK, "text/event-stream", new StreamContent(body));

    public static HttpResponseMessage EventStream(string body) => EventStream(new ScriptedStream([Encoding.UTF8.GetBytes(body)], ScriptedEnd.Closed));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var method = request.RequestUri!.AbsolutePath["/api/".Length..];
        var received = new Request(
            method,
            await request.Content!.ReadAsStringAsync(cancellationToken),
            request.Headers.Authorization?.ToString(),
            request.Headers.TryGetValues("Last-Event-ID", out var ids) ? ids.Single() : null);
        Requests.Add(received);
        var response = _answers.TryGetValue(method, out var answer) ? answer(received) : Html(HttpStatusCode.NotFound);
        response.RequestMessage = request;
        return response;
    }

    private static HttpResponseMessage With(HttpStatusCode status, string mediaType, HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return new(status) { Content = content };
    }

    internal sealed record Request(string Method, string Body, string? Authorization, string? LastEventId);
}
