using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Accounts;
using Iterate.Web.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Hubs;

/// <summary>A browser's end of the hub: the SignalR JSON protocol over a WebSocket of its own.</summary>
internal sealed class HubConnection : IAsyncDisposable
{
    private const byte Separator = 0x1e;
    private const int Completion = 3;
    private const int Ping = 6;
    private const int Close = 7;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket = new();
    private readonly List<byte> _received = [];
    private readonly byte[] _buffer = new byte[16 * 1024];

    private HubConnection()
    {
    }

    public static Task<HubConnection> OpenAsync(IterateServer server, string? secret, string path = "hubs/streams", string protocol = "json") =>
        OpenAsync(server.Url, secret, path, protocol);

    public static async Task<HubConnection> OpenAsync(Uri server, string? secret, string path = "hubs/streams", string protocol = "json")
    {
        var connection = new HubConnection();
        connection._socket.Options.SetRequestHeader("Origin", server.GetLeftPart(UriPartial.Authority));
        if (secret is not null)
        {
            connection._socket.Options.SetRequestHeader("Cookie", $"{SessionCookie.PlainName}={secret}");
        }

        await connection._socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = path }.Uri, TestContext.Current.CancellationToken);
        await connection.SendAsync(new { protocol, version = 1 });
        (await connection.ReceiveAsync()).ToJsonString().ShouldBe("{}");
        return connection;
    }

    public Task FollowAsync(object request) => StreamAsync("Follow", request);

    /// <summary>Begins a server stream.</summary>
    public async Task StreamAsync(string target, object request) =>
        await SendAsync(new { type = 4, invocationId = "1", target, arguments = new[] { request } });

    /// <summary>The next batch.</summary>
    public async Task<JsonNode> NextAsync()
    {
        var message = await MessageAsync();
        return message["item"] ?? throw new InvalidOperationException($"An item was due, not {message.ToJsonString()}");
    }

    /// <summary>The code that completes the stream; the framework puts a sentence before it.</summary>
    public async Task<string> ErrorAsync()
    {
        while (true)
        {
            var message = await MessageAsync();
            if (message["type"]!.GetValue<int>() == Completion)
            {
                return message["error"]!.GetValue<string>().Split("HubException: ")[1];
            }
        }
    }

    /// <summary>Reads until the server closed the connection, with or without saying good-bye.</summary>
    public async Task ClosedAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            while ((await _socket.ReceiveAsync(_buffer, patience.Token)).MessageType != WebSocketMessageType.Close)
            {
                // Whatever was on its way.
            }
        }
        catch (WebSocketException fault) when (fault.WebSocketErrorCode == WebSocketError.ConnectionClosedPrematurely)
        {
            // Closed all the same.
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SendAsync(object message)
    {
        byte[] record = [.. JsonSerializer.SerializeToUtf8Bytes(message, ApiJson.Options), Separator];
        await _socket.SendAsync(record, WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
    }

    private async Task<JsonObject> MessageAsync()
    {
        while (true)
        {
            var message = await ReceiveAsync();
            switch (message["type"]!.GetValue<int>())
            {
                case Ping:
                    continue;
                case Close:
                    throw new InvalidOperationException($"The hub closed: {message.ToJsonString()}");
                default:
                    return message;
            }
        }
    }

    private async Task<JsonObject> ReceiveAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        int end;
        while ((end = _received.IndexOf(Separator)) < 0)
        {
            var received = await _socket.ReceiveAsync(_buffer, patience.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                throw new InvalidOperationException("The hub closed the connection.");
            }

            _received.AddRange(_buffer.AsSpan(0, received.Count));
        }

        var record = Encoding.UTF8.GetString([.. _received[..end]]);
        _received.RemoveRange(0, end + 1);
        return JsonNode.Parse(record)!.AsObject();
    }
}
