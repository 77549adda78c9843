using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Testing;
using Iterate.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Live;

/// <summary>A reader that stops reading, over a real connection (requirements S-93 and S-96, test S-T13).</summary>
public sealed class StuckReaderTests
{
    private const int Events = 400;
    private static readonly string Filling = new('x', 100_000);

    [Fact]
    public async Task It_is_sent_away_and_resumes_exactly()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var server = await IterateServer.StartAsync(replace: services => services.AddSingleton<TimeProvider>(time));
        var person = await server.PersonAsync();
        using var client = server.Client(bearer: person.Secret);
        for (var written = 0; written < Events; written += 50)
        {
            await client.CallAsync<AppendResponse>(
                "streams/append",
                new { project = person.Slug, path = "/a", events = Enumerable.Range(written, 50).Select(number => new { type = "large", payload = new { number, Filling } }) });
        }

        using var stuck = await AskAsync(server.Url, person);
        var lastId = await ReadOneFrameAsync(stuck.GetStream());
        await FillAsync(stuck, client);
        time.Advance(TimeSpan.FromSeconds(30));

        (await CountRestAsync(stuck.GetStream())).ShouldBeLessThan(Events * (long)Filling.Length / 2);
        await using var resumed = await EventStream.PostAsync(
            client, "streams/follow", new { project = person.Slug, path = "/a" }, lastEventId: lastId.ToString(CultureInfo.InvariantCulture));
        var rest = new List<long>();
        while (rest.Count < Events + 1 - lastId)
        {
            rest.AddRange((await resumed.NextAsync())!.Offsets);
        }

        rest.ShouldBe(Enumerable.Range((int)lastId + 1, Events + 1 - (int)lastId).Select(offset => (long)offset));
    }

    private static async Task<TcpClient> AskAsync(Uri server, Person person)
    {
        var connection = new TcpClient(AddressFamily.InterNetwork) { ReceiveBufferSize = 16 * 1024 };
        await connection.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        var body = JsonSerializer.Serialize(new { project = person.Slug, path = "/a", afterOffset = 0 });
        await connection.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /api/streams/follow HTTP/1.0\r\nHost: {server.Authority}\r\nAuthorization: Bearer {person.Secret}\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
            TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>The id of the first frame.</summary>
    private static async Task<long> ReadOneFrameAsync(Stream connection)
    {
        var lines = new StringBuilder();
        var buffer = new byte[1];
        while (!lines.ToString().EndsWith("\ndata: ", StringComparison.Ordinal))
        {
            await connection.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
            lines.Append((char)buffer[0]);
        }

        while (buffer[0] != '\n')
        {
            await connection.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
        }

        var id = lines.ToString().Split('\n').Single(line => line.StartsWith("id: ", StringComparison.Ordinal));
        return long.Parse(id["id: ".Length..], CultureInfo.InvariantCulture);
    }

    /// <summary>Returns when the network takes nothing more from the server.</summary>
    private static async Task FillAsync(TcpClient connection, HttpClient client)
    {
        var held = -1;
        for (var calm = 0; calm < 100; calm++)
        {
            calm = connection.Available == held ? calm : 0;
            held = connection.Available;
            (await client.GetPathAsync("health/live")).Dispose();
        }
    }

    /// <summary>What the network still held before the server closed the connection.</summary>
    private static async Task<long> CountRestAsync(Stream connection)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        var bytes = 0L;
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await connection.ReadAsync(buffer, patience.Token)) > 0;)
            {
                bytes += read;
            }
        }
        catch (IOException)
        {
            // Reset, which is how a connection is aborted.
        }

        return bytes;
    }
}
