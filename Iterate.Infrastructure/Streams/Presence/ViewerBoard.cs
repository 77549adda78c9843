using Iterate.Domain.Api;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Who views which stream, over all nodes (requirement S-106): every follow by a session stands in the table while it
/// lasts, is refreshed every 10 s and expires after 30 s. The log never hears of it.
/// </summary>
internal sealed partial class ViewerBoard(NpgsqlDataSource dataSource, NodeIdentity node, TimeProvider time, ILogger<ViewerBoard> log)
    : BackgroundService
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(30);

    // How soon a change on another node is seen here.
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    // Many who come at once are one statement.
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Signal _changed = new();
    private readonly Dictionary<ViewerKey, (ViewerRow Row, int Follows)> _here = [];
    private readonly HashSet<ViewerKey> _arrived = [];
    private readonly HashSet<ViewerKey> _gone = [];
    private readonly List<ViewerWatch> _watches = [];
    private long? _refreshedAt;

    /// <summary>A follow begins; it ends when the answer is disposed. Whoever has no session is no viewer.</summary>
    public IDisposable? Enter(long stream, Caller caller)
    {
        if (caller is not { SessionId: { } sessionId, UserId: { } userId })
        {
            return null;
        }

        var key = new ViewerKey(stream, sessionId, caller.Surface);
        lock (_lock)
        {
            if (_here.TryGetValue(key, out var viewer))
            {
                _here[key] = viewer with { Follows = viewer.Follows + 1 };
            }
            else
            {
                _here.Add(key, (new(key, userId, time.GetUtcNow()), 1));
                _arrived.Add(key);
                _gone.Remove(key);
            }
        }

        _changed.Raise();
        return new Viewing(this, key);
    }

    /// <summary>Watches the viewers of a stream until the answer is disposed.</summary>
    public ViewerWatch Watch(long stream)
    {
        var watch = new ViewerWatch(stream, Unwatch);
        lock (_lock)
        {
            _watches.Add(watch);
        }

        _changed.Raise();
        return watch;
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await ViewerTable.RemoveNodeAsync(dataSource, node.Name, cancellationToken);
        }
        catch (Exception exception)
        {
            // They expire by themselves.
            LogFailed(exception.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WriteAsync(stoppingToken);
                await TellAsync(stoppingToken);
                await Task.Delay(Spacing, time, stoppingToken);
                await _changed.WaitAsync(Watches().Length > 0 ? WatchInterval : RefreshInterval, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFailed(exception.Message);
                _refreshedAt = null;
                await Task.Delay(WatchInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var isDue = _refreshedAt is not { } at || time.GetElapsedTime(at) >= RefreshInterval;
        var (present, gone) = Take(isDue);
        if (gone.Length > 0)
        {
            await ViewerTable.RemoveAsync(dataSource, node.Name, gone, cancellationToken);
        }

        if (present.Length > 0)
        {
            await ViewerTable.RefreshAsync(dataSource, node.Name, present, now, cancellationToken);
        }

        if (isDue)
        {
            await ViewerTable.RemoveSeenBeforeAsync(dataSource, now - Expiry, cancellationToken);
            _refreshedAt = time.GetTimestamp();
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        var watches = Watches();
        if (watches.Length == 0)
        {
            return;
        }

        long[] streams = [.. watches.Select(watch => watch.Stream).Distinct()];
        var viewers = await ViewerTable.ReadAsync(dataSource, streams, time.GetUtcNow() - Expiry, cancellationToken);
        foreach (var watch in watches)
        {
            watch.Tell([.. viewers[watch.Stream]]);
        }
    }

    private (ViewerRow[] Present, ViewerKey[] Gone) Take(bool everybody)
    {
        lock (_lock)
        {
            ViewerRow[] present = everybody
                ? [.. _here.Values.Select(viewer => viewer.Row)]
                : [.. _arrived.Where(_here.ContainsKey).Select(key => _here[key].Row)];
            ViewerKey[] gone = [.. _gone];
            _arrived.Clear();
            _gone.Clear();
            return (present, gone);
        }
    }

    private ViewerWatch[] Watches()
    {
        lock (_lock)
        {
            return [.. _watches];
        }
    }

    private void Unwatch(ViewerWatch watch)
    {
        lock (_lock)
        {
            _watches.Remove(watch);
        }
    }

    private void Leave(ViewerKey key)
    {
        lock (_lock)
        {
            var viewer = _here[key];
            if (viewer.Follows > 1)
            {
                _here[key] = viewer with { Follows = viewer.Follows - 1 };
                return;
            }

            _here.Remove(key);
            _gone.Add(key);
        }

        _changed.Raise();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Presence is out of date: {Reason}")]
    private partial void LogFailed(string reason);

    private sealed class Viewing(ViewerBoard board, ViewerKey key) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (!_left)
            {
                _left = true;
                board.Leave(key);
            }
        }
    }
}
