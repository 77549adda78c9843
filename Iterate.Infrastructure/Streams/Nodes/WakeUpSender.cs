using Iterate.Domain.Streams;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Tells other nodes what this one committed, and hands them its ephemeral frames: after the commit, on a connection of
/// its own, at most 20 times a second (requirements S-41, S-105 and S-107).
/// </summary>
internal sealed partial class WakeUpSender(
    NpgsqlDataSource dataSource, IOptions<StreamsOptions> options, NodeIdentity node, TimeProvider time, StreamsMetrics metrics, ILogger<WakeUpSender> log)
    : BackgroundService
{
    // A database that does not take them must not make this node remember them.
    private const int MaxFrames = 2_000;

    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Signal _changed = new();

    private Dictionary<long, long> _heads = [];
    private List<StoredFrame> _frames = [];
    private bool _silent;

    /// <summary>Remembers what to tell. Never waits.</summary>
    public void Changed(IReadOnlyList<DrainStream> committed)
    {
        if (!options.Value.Hints)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var stream in committed)
            {
                _heads[stream.Id] = stream.Tip.HeadOffset;
            }
        }

        _changed.Raise();
    }

    /// <summary>Remembers that something changed which no head tells. Never waits.</summary>
    public void ChangedSilently()
    {
        if (!options.Value.Hints)
        {
            return;
        }

        lock (_lock)
        {
            _silent = true;
        }

        _changed.Raise();
    }

    /// <summary>Remembers a frame to hand over. Never waits; without hints, and beyond what fits, the frame is lost to other nodes.</summary>
    public void Send(long streamId, AdmittedFrame frame)
    {
        if (!options.Value.Hints)
        {
            return;
        }

        lock (_lock)
        {
            if (_frames.Count == MaxFrames)
            {
                return;
            }

            _frames.Add(new(streamId, frame));
        }

        _changed.Raise();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
                await SendAsync(connection, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // What was to be told is dropped: the others poll.
                LogRetry(exception.Message);
                await Task.Delay(RetryAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SendAsync(NpgsqlConnection connection, CancellationToken stoppingToken)
    {
        await using var command = new NpgsqlCommand("select pg_notify($1, $2)", connection);
        var payload = new NpgsqlParameter<string>();
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = WakeUpMessage.Channel });
        command.Parameters.Add(payload);
        while (true)
        {
            await _changed.WaitAsync(stoppingToken);
            var (heads, frames) = Take();
            FrameRange? range = frames.Count > 0 ? await FrameTable.WriteAsync(connection, node.Name, frames, stoppingToken) : null;
            payload.TypedValue = new WakeUpMessage(node.Name, heads, range).ToString();
            await command.ExecuteNonQueryAsync(stoppingToken);
            metrics.HintSent();
            await Task.Delay(Spacing, time, stoppingToken);
        }
    }

    /// <summary>What there is to tell; without heads it is "many", after which the others look everywhere.</summary>
    private (List<(long, long)>? Heads, List<StoredFrame> Frames) Take()
    {
        lock (_lock)
        {
            List<(long, long)>? heads = _silent ? null : [.. _heads.Select(head => (head.Key, head.Value))];
            var frames = _frames;
            _heads = [];
            _frames = [];
            _silent = false;
            return (heads, frames);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Hints to other nodes pause: {Reason}")]
    private partial void LogRetry(string reason);
}
