using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Iterate.Testing;

/// <summary>
/// A line between browser and server that holds everything back by half a round trip each way (requirement W-26).
/// It delays and never narrows: bytes keep their order and their distances in time.
/// </summary>
public sealed class LatencyRelay : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TimeSpan _oneWay;
    private readonly IPEndPoint _server;
    private readonly Task _accepting;

    /// <summary>Opens a line to a loopback port; whether somebody listens there shows with each connection.</summary>
    public LatencyRelay(int serverPort, TimeSpan roundTrip)
    {
        _server = new(IPAddress.Loopback, serverPort);
        _oneWay = roundTrip / 2;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The browser's end.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cuts all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ConnectAsync(await _listener.AcceptSocketAsync(_closing.Token)));
                connections.RemoveAll(connection => connection.IsCompleted);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ConnectAsync(Socket browser)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (browser)
        {
            browser.NoDelay = true;
            try
            {
                await server.ConnectAsync(_server, _closing.Token);
                await Task.WhenAll(PumpAsync(browser, server), PumpAsync(server, browser));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One end is gone or the relay closes: disposing both ends tells the other.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var onTheLine = Channel.CreateUnbounded<(long Sent, byte[] Bytes)>(new() { SingleReader = true, SingleWriter = true });
        var arriving = DeliverAsync(onTheLine.Reader, to);
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _closing.Token) is var count and > 0)
            {
                onTheLine.Writer.TryWrite((TimeProvider.System.GetTimestamp(), buffer[..count]));
            }

            onTheLine.Writer.Complete();
        }
        catch (Exception exception)
        {
            onTheLine.Writer.Complete(exception);
            to.Close();
        }

        await arriving;
    }

    private async Task DeliverAsync(ChannelReader<(long Sent, byte[] Bytes)> line, Socket to)
    {
        await foreach (var (sent, bytes) in line.ReadAllAsync(_closing.Token))
        {
            // A timer may be a millisecond early, a line is not.
            while (_oneWay - TimeProvider.System.GetElapsedTime(sent) is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(left, _closing.Token);
            }

            await to.SendAsync(bytes, _closing.Token);
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
