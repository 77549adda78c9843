using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Specs.FixtureTests;

public sealed class LatencyRelayTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(150);

    [Fact]
    public async Task a_question_and_its_answer_take_a_round_trip()
    {
        await using var echo = new EchoServer();
        await using var relay = new LatencyRelay(echo.Port, RoundTrip);
        using var client = await ConnectAsync(relay);
        var started = Stopwatch.GetTimestamp();
        (await AskAsync(client, "hello")).ShouldBe("hello");
        Stopwatch.GetElapsedTime(started).ShouldBeGreaterThanOrEqualTo(RoundTrip);
    }

    [Fact]
    public async Task many_messages_on_the_line_wait_together_and_keep_their_order()
    {
        await using var echo = new EchoServer();
        await using var relay = new LatencyRelay(echo.Port, RoundTrip);
        using var client = await ConnectAsync(relay);
        var sent = string.Concat(Enumerable.Range(0, 200_000).Select(number => (char)('a' + (number % 26))));
        var started = Stopwatch.GetTimestamp();
        (await AskAsync(client, sent)).ShouldBe(sent);

        // 200 kB pass the pumps in several reads: had each waited for the one before it, they would take many round trips.
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task an_end_that_closes_closes_the_other()
    {
        await using var echo = new EchoServer();
        await using var relay = new LatencyRelay(echo.Port, RoundTrip);
        using var client = await ConnectAsync(relay);
        (await AskAsync(client, "hello")).ShouldBe("hello");
        client.Shutdown(SocketShutdown.Send);
        (await client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken)).ShouldBe(0);
    }

    [Fact]
    public async Task a_server_that_is_away_closes_the_connection()
    {
        await using var relay = new LatencyRelay(Ports.FindFree(), RoundTrip);
        using var client = await ConnectAsync(relay);
        (await client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken)).ShouldBe(0);
    }

    private static async Task<Socket> ConnectAsync(LatencyRelay relay)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, relay.Port, TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task<string> AskAsync(Socket socket, string question)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        var answer = new byte[question.Length];
        var sending = stream.WriteAsync(Encoding.ASCII.GetBytes(question), cancellationToken);
        await stream.ReadExactlyAsync(answer, cancellationToken);
        await sending;
        return Encoding.ASCII.GetString(answer);
    }

    private sealed class EchoServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;

        public EchoServer()
        {
            _listener.Start();
            _serving = EchoAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async ValueTask DisposeAsync()
        {
            await _serving;
            _listener.Dispose();
        }

        private async Task EchoAsync()
        {
            using var client = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            var stream = client.GetStream();
            await stream.CopyToAsync(stream, TestContext.Current.CancellationToken);
        }
    }
}
