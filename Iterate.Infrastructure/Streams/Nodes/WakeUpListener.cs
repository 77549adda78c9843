using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Hears what other nodes committed. A lost connection is reopened with backoff for as long as the node lives, and
/// the poll covers the time between (requirement S-109).
/// </summary>
internal sealed partial class WakeUpListener(
    NpgsqlDataSource dataSource, LiveStreams live, HeadPoller poller, WakeUpSender sender, TimeProvider time, ILogger<WakeUpListener> log)
    : BackgroundService
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = FirstBackoff;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, notification) => Hear(notification.Payload);
                await using (var listen = new NpgsqlCommand($"listen {WakeUpMessage.Channel}", connection))
                {
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                }

                backoff = FirstBackoff;
                while (true)
                {
                    await connection.WaitAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogRetry(backoff, exception.Message);
                await Task.Delay(backoff, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                backoff = backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;
            }
        }
    }

    private void Hear(string payload)
    {
        if (WakeUpMessage.TryParse(payload) is not { } message || string.Equals(message.Node, sender.Node, StringComparison.Ordinal))
        {
            return;
        }

        if (message.Heads is null)
        {
            poller.PollNow();
            return;
        }

        foreach (var (stream, head) in message.Heads)
        {
            live.Hint(stream, head);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Listening for other nodes goes on in {Backoff}: {Reason}")]
    private partial void LogRetry(TimeSpan backoff, string reason);
}
