using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Iterate.Cli.Http;
using Iterate.Domain.Api;
using Iterate.Web.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Cli;

/// <summary>The client against the server's own endpoints, over a real connection.</summary>
public sealed class FollowOverHttpTests
{
    private readonly GrowingStream _stream = new();
    private readonly int _port = FreePort();

    [Fact]
    public async Task Events_come_once_each_across_a_restart_of_the_server()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{_port}/") };
        var streams = HttpApi.Create<IStreamsApi>(new ApiTransport(client) { Time = new ImpatientTime(TimeSpan.FromSeconds(20)) });
        _stream.GrowTo(3);
        var first = await StartAsync();
        await using var batches = streams.FollowAsync(new("demo", "/a", AfterOffset: 0), cancellationToken).GetAsyncEnumerator(cancellationToken);

        var before = await ReadThroughAsync(batches, 3);
        await first.StopAsync(cancellationToken);
        await first.DisposeAsync();
        _stream.GrowTo(5);
        var reading = ReadThroughAsync(batches, 6);
        await using var second = await StartAsync();
        _stream.GrowTo(6);

        before.ShouldBe([1, 2, 3]);
        (await reading).ShouldBe([4, 5, 6]);
    }

    private static async Task<List<long>> ReadThroughAsync(IAsyncEnumerator<StreamBatch> batches, long offset)
    {
        var offsets = new List<long>();
        do
        {
            (await batches.MoveNextAsync()).ShouldBeTrue();
            offsets.AddRange(batches.Current.Events.Select(streamEvent => streamEvent.Offset));
        }
        while (batches.Current.ScannedThroughOffset < offset);
        return offsets;
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{_port}");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IStreamsApi>(_stream);
        var app = builder.Build();
        app.MapApi(app.Environment);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>A stream that has as many events as a test says, whichever server reads it.</summary>
    private sealed class GrowingStream : StreamsStub
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _head;

        public void GrowTo(long head)
        {
            lock (_lock)
            {
                _head = head;
                _grown.SetResult();
                _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public override async IAsyncEnumerable<StreamBatch> FollowAsync(
            FollowRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var cursor = request.AfterOffset!.Value;
            while (true)
            {
                Task grown;
                long head;
                lock (_lock)
                {
                    (grown, head) = (_grown.Task, _head);
                }

                if (head > cursor)
                {
                    var events = Enumerable.Range((int)cursor + 1, (int)(head - cursor))
                        .Select(offset => new StreamEvent { Offset = offset, Type = "t", CreatedAt = DateTimeOffset.UnixEpoch });
                    cursor = head;
                    yield return new("str_1", [.. events], head, head);
                }

                await grown.WaitAsync(cancellationToken);
            }
        }
    }
}
