using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Hears what other nodes committed. A lost connection is reopened with backoff for as long as the node lives, and
/// the poll covers the time between (requirement S-109).
/// </summary>
internal sealed partial class WakeUpListener(
    NpgsqlDataSource dataSource, LiveStreams live, ListChanges lists, SilentChanges silent, FrameReceiver frames, NodeIdentity node,
    TimeProvider time, ILogger<WakeUpListener> log) : BackgroundService
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(10);

    // A cancellation that comes beside a notification may be missed by the wait; so long it is not noticed.
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

    // A connection may die without a word; a question now and then finds out.
    private const int MostSilentSlices = 30;

    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done once it listens for the first time.</summary>
    public Task Listening => _listening.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = FirstBackoff;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, notification) => Hear(notification.Payload);
                await AskAsync(connection, $"listen {WakeUpMessage.Channel}", stoppingToken);
                backoff = FirstBackoff;
                _listening.TrySetResult();
                silent.LookAround();
                for (var slices = 0; ; slices++)
                {
                    stoppingToken.ThrowIfCancellationRequested();
                    if (await connection.WaitAsync(Slice, stoppingToken))
                    {
                        slices = 0;
                    }
                    else if (slices >= MostSilentSlices)
                    {
                        await AskAsync(connection, "select 1", stoppingToken);
                        slices = 0;
                    }
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
        if (WakeUpMessage.TryParse(payload) is not { } message || string.Equals(message.Node, node.Id, StringComparison.Ordinal))
        {
            return;
        }

        if (message.Frames is { } written)
        {
            frames.Announce(message.Node, written);
        }

        if (message.Heads is null)
        {
            silent.LookAround();
            return;
        }

        foreach (var (stream, head) in message.Heads)
        {
            live.Hint(stream, head);
            lists.Touch(stream);
        }
    }

    private static async Task AskAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Listening for other nodes goes on in {Backoff}: {Reason}")]
    private partial void LogRetry(TimeSpan backoff, string reason);
}
