using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Fetches the ephemeral frames that other nodes announce, for the streams whose frames somebody follows here, and
/// removes what is older than 60 s (requirement S-105).
/// </summary>
internal sealed partial class FrameReceiver(NpgsqlDataSource dataSource, LiveStreams live, TimeProvider time, ILogger<FrameReceiver> log)
    : BackgroundService
{
    private const int MaxAnnounced = 256;
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CleaningInterval = TimeSpan.FromSeconds(20);

    // Frames may be lost, and old ones first.
    private readonly Channel<(string Node, FrameRange Frames)> _announced = Channel.CreateBounded<(string, FrameRange)>(
        new BoundedChannelOptions(MaxAnnounced) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Another node wrote frames. Never waits.</summary>
    public void Announce(string node, FrameRange frames) => _announced.Writer.TryWrite((node, frames));

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(RepeatAsync(ReceiveAsync, stoppingToken), RepeatAsync(CleanAsync, stoppingToken));

    private async Task RepeatAsync(Func<CancellationToken, Task> step, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await step(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFailed(exception.Message);
            }
        }
    }

    private async Task ReceiveAsync(CancellationToken stoppingToken)
    {
        var (node, range) = await _announced.Reader.ReadAsync(stoppingToken);
        var streams = live.FollowedForFrames();
        if (streams.Length == 0)
        {
            return;
        }

        foreach (var (stream, frame) in await FrameTable.ReadAsync(dataSource, node, range, streams, stoppingToken))
        {
            live.Publish(stream, frame);
        }
    }

    private async Task CleanAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(CleaningInterval, time, stoppingToken);
        await FrameTable.RemoveAsync(dataSource, time.GetUtcNow() - Keep, stoppingToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Ephemeral frames of other nodes were lost or not removed yet: {Reason}")]
    private partial void LogFailed(string reason);
}
