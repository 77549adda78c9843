using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Postgres;

/// <summary>
/// Listens on one channel, on a connection of its own. A lost connection is reopened with backoff for as long as the
/// node lives; what is said meanwhile is missed, so behind every channel stands a poll.
/// </summary>
internal abstract partial class ChannelListener(NpgsqlDataSource dataSource, string channel, TimeProvider time, ILogger log) : BackgroundService
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

    /// <summary>It listens, and may have missed whatever was said before. Must neither wait nor throw.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>Takes what was said. Must neither wait nor throw.</summary>
    protected abstract void Hear(string payload);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = FirstBackoff;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, notification) => Hear(notification.Payload);
                await AskAsync(connection, $"listen {channel}", stoppingToken);
                backoff = FirstBackoff;
                _listening.TrySetResult();
                Begin();
                for (var silence = 0; ; silence++)
                {
                    stoppingToken.ThrowIfCancellationRequested();
                    if (await connection.WaitAsync(Slice, stoppingToken))
                    {
                        silence = 0;
                    }
                    else if (silence >= MostSilentSlices)
                    {
                        await AskAsync(connection, "select 1", stoppingToken);
                        silence = 0;
                    }
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogRetry(channel, backoff, exception.Message);
                await Task.Delay(backoff, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                backoff = backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;
            }
        }
    }

    private static async Task AskAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Listening on {Channel} goes on in {Backoff}: {Reason}")]
    private partial void LogRetry(string channel, TimeSpan backoff, string reason);
}
