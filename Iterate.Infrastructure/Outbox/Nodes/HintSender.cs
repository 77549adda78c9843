using Iterate.Infrastructure.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Tells other nodes what happened here: after the commit, on another connection, all of 50 ms in one NOTIFY
/// (requirement O-18).
/// </summary>
internal sealed partial class HintSender(
    NpgsqlDataSource dataSource, OutboxNode node, IOptions<OutboxOptions> options, TimeProvider time, ILogger<HintSender> log) : BackgroundService
{
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly Signal _changed = new();
    private readonly HashSet<string> _lanes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _revoked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JobProgress> _progress = new(StringComparer.Ordinal);
    private bool _failed;

    /// <summary>There is work in these lanes. Never waits.</summary>
    public void HasWork(IEnumerable<string> lanes) => Remember(() => _lanes.UnionWith(lanes));

    /// <summary>A job was taken away from whoever runs it. Never waits.</summary>
    public void Revoked(string jobId) => Remember(() => _revoked.Add(jobId));

    /// <summary>A job gets on; only the newest word about it is sent. Never waits.</summary>
    public void Progressed(JobProgress progress) => Remember(() => _progress[progress.JobId] = progress);

    /// <summary>Jobs failed, and it was told. Never waits.</summary>
    public void Failed() => Remember(() => _failed = true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _changed.WaitAsync(stoppingToken);
                await using var command = dataSource.CreateCommand("select pg_notify($1, $2)");
                command.Parameters.Add(Sql.Text(OutboxHint.Channel));
                command.Parameters.Add(Sql.Text(Take().ToString()));
                await command.ExecuteNonQueryAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogDropped(exception.Message);
            }

            await Task.Delay(Spacing, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Remember(Action remember)
    {
        if (!options.Value.Hints)
        {
            return;
        }

        lock (_lock)
        {
            remember();
        }

        _changed.Raise();
    }

    private OutboxHint Take()
    {
        lock (_lock)
        {
            var hint = new OutboxHint(node.Name, [.. _lanes], [.. _revoked], [.. _progress.Values], _failed);
            _lanes.Clear();
            _revoked.Clear();
            _progress.Clear();
            _failed = false;
            return hint;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A hint to other nodes was dropped, they poll: {Reason}")]
    private partial void LogDropped(string reason);
}
