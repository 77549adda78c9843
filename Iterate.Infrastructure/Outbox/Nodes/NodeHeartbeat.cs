using Iterate.Infrastructure.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Says every 20 s that this node lives and which consumers it has (requirement O-28), and sets its clock by the
/// database's (requirement O-30).
/// </summary>
internal sealed partial class NodeHeartbeat(
    NpgsqlDataSource dataSource, ConsumerRegistry consumers, OutboxNode node, TimeProvider time, ILogger<NodeHeartbeat> log) : BackgroundService
{
    private const string Declare = """
        insert into outbox_node (name, consumers, started_at, seen_at, clock_offset_ms) values ($1, $2, $3, $4, $5)
        on conflict (name) do update set seen_at = excluded.seen_at, clock_offset_ms = excluded.clock_offset_ms
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Suspicious = TimeSpan.FromSeconds(2);

    // Half of a slow round trip is no measure of anything.
    private static readonly TimeSpan SlowestMeasure = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _declared = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done once the first heartbeat was written: nothing is claimed before the others can know.</summary>
    public Task Declared => _declared.Task;

    /// <summary>One heartbeat.</summary>
    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        await MeasureAsync(cancellationToken);
        await using var command = dataSource.CreateCommand(Declare);
        command.Parameters.Add(Sql.Text(node.Name));
        command.Parameters.Add(Sql.Array(consumers.All, consumer => consumer.Name));
        command.Parameters.Add(Sql.Time(node.StartedAt));
        command.Parameters.Add(Sql.Time(node.Now));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = (int)Math.Clamp(node.ClockOffset.TotalMilliseconds, int.MinValue, int.MaxValue) });
        await command.ExecuteNonQueryAsync(cancellationToken);
        _declared.TrySetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var rest = Interval;
            try
            {
                await BeatAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogRetry(exception.Message);
                rest = RetryAfter;
            }

            await Task.Delay(rest, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select clock_timestamp()");
        var asked = time.GetUtcNow();
        var answer = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!);
        var took = time.GetUtcNow() - asked;
        if (took > SlowestMeasure)
        {
            return;
        }

        node.ClockOffset = answer - (asked + (took / 2));
        if (node.ClockOffset.Duration() > Suspicious)
        {
            LogOffset(node.ClockOffset);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This node could not say that it lives and tries again: {Reason}")]
    private partial void LogRetry(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The clock of the database is {Offset} ahead of this machine's; jobs go by the database's.")]
    private partial void LogOffset(TimeSpan offset);
}
