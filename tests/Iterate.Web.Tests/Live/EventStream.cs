using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Live;

/// <summary>Reads server-sent events as they stand on the wire.</summary>
internal sealed class EventStream(Stream body, HttpResponseMessage? response) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly StreamReader _reader = new(body);

    public HttpResponseMessage Response => response!;

    public static Task<EventStream> PostAsync(HttpClient client, string method, object body, string? lastEventId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"api/{method}", UriKind.Relative))
        {
            Content = new StringContent(JsonSerializer.Serialize(body, ApiJson.Options), Encoding.UTF8, "application/json"),
        };
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return SendAsync(client, request);
    }

    public static Task<EventStream> GetAsync(HttpClient client, string path) =>
        SendAsync(client, new(HttpMethod.Get, new Uri(path, UriKind.Relative)));

    /// <summary>The next frame; null when the server ended the answer.</summary>
    public async Task<Frame?> NextAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var frame = new Frame();
        while (await _reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Length == 0)
            {
                return frame;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = line[(colon + 1)..].TrimStart();
            frame = line[..colon] switch
            {
                "event" => frame with { Event = value },
                "id" => frame with { Id = value },
                "data" => frame with { Data = value },
                "retry" => frame with { Retry = value },
                "" => frame with { Comment = value },
                var unknown => throw new InvalidOperationException($"Server-sent events have no field '{unknown}'."),
            };
        }

        return null;
    }

    /// <summary>Frames until one of them is the last.</summary>
    public async Task<Frame> LastAsync()
    {
        Frame? last = null;
        while (await NextAsync() is { } frame)
        {
            last = frame;
        }

        return last.ShouldNotBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await body.DisposeAsync();
        response?.Dispose();
    }

    private static async Task<EventStream> SendAsync(HttpClient client, HttpRequestMessage request)
    {
        using (request)
        {
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                Assert.Fail(await response.TextAsync());
            }

            return new(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), response);
        }
    }

    /// <summary>One frame.</summary>
    internal sealed record Frame
    {
        public string? Event { get; init; }

        public string? Id { get; init; }

        public string? Data { get; init; }

        public string? Retry { get; init; }

        public string? Comment { get; init; }

        public JsonNode Json => JsonNode.Parse(Data!)!;

        public IEnumerable<long> Offsets => Json["events"]!.AsArray().Select(item => item!["offset"]!.GetValue<long>());
    }
}
