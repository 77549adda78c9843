using System.Runtime.CompilerServices;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Answers the live method <c>list-live</c> (requirement S-113). At most four times a second one query fetches the
/// streams that changed, for all live lists of the node together. Every 10 s, and at once when a change was not named,
/// the heads of the watched projects are compared, so that no list depends on a hint.
/// </summary>
internal sealed partial class ListFeed(
    NpgsqlDataSource dataSource, LiveStreams live, ListChanges changes, FollowerSlots slots, TimeProvider time, ILogger<ListFeed> log)
    : BackgroundService
{
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan CompareInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<ListWatch> _watches = [];
    private readonly SemaphoreSlim _marks = new(1);
    private readonly Dictionary<string, Dictionary<long, ListMark>> _marksByProject = new(StringComparer.Ordinal);
    private long _comparedAt;

    /// <summary>Says at once that nothing is missed from now on, then what changes, until the caller stops or the node goes away.</summary>
    /// <exception cref="ApiException"><c>too-many-followers</c>, <c>database-unavailable</c>.</exception>
    public async IAsyncEnumerable<StreamListChange> WatchAsync(
        CallContext call, StreamPath under, ListLiveRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var slot = slots.Take(call.Caller);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, live.Stopping);
        using var watch = Enter(new(call.Project!.ProjectId, under, request));
        await LearnMarksAsync(watch.ProjectId, cancellationToken);
        watch.TellRefetch();
        while (await NodeEnd.OrAsync(watch.NextAsync(ending.Token), cancellationToken) is { } change)
        {
            yield return change;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _marks.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await changes.WaitAsync(CompareInterval, time, stoppingToken);
                await TellAsync(stoppingToken);
                await Task.Delay(Spacing, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogRetry(exception.Message);
                changes.Miss();
                await Task.Delay(Spacing * 4, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        var byProject = Watches().ToLookup(watch => watch.ProjectId, StringComparer.Ordinal);
        var (touched, missed) = changes.Take();
        if (byProject.Count == 0)
        {
            return;
        }

        var ids = touched.ToHashSet();
        if (missed || time.GetElapsedTime(_comparedAt) >= CompareInterval)
        {
            _comparedAt = time.GetTimestamp();
            ids.UnionWith(await CompareAsync([.. byProject.Select(project => project.Key)], cancellationToken));
        }

        if (ids.Count == 0)
        {
            return;
        }

        var rows = await ChangedRows.ReadAsync(dataSource, [.. ids], cancellationToken);
        foreach (var project in rows.GroupBy(row => row.ProjectId, StringComparer.Ordinal))
        {
            await RememberAsync(project.Key, project, cancellationToken);
            foreach (var watch in byProject[project.Key])
            {
                watch.Tell(project.Select(row => row.Summary));
            }
        }

        // A stream that is no longer there was in some list, and nobody remembers in which.
        if (rows.Count < ids.Count)
        {
            foreach (var watch in byProject.SelectMany(project => project))
            {
                watch.TellRefetch();
            }
        }
    }

    /// <summary>Streams of the projects that are not as they were last seen.</summary>
    private async Task<List<long>> CompareAsync(string[] projects, CancellationToken cancellationToken)
    {
        await _marks.WaitAsync(cancellationToken);
        try
        {
            var changed = new List<long>();
            foreach (var project in projects)
            {
                var before = _marksByProject.GetValueOrDefault(project, []);
                var marks = await ChangedRows.MarksAsync(dataSource, project, cancellationToken);
                changed.AddRange(marks.Where(mark => before.GetValueOrDefault(mark.Key) != mark.Value).Select(mark => mark.Key));
                changed.AddRange(before.Keys.Where(id => !marks.ContainsKey(id)));
                _marksByProject[project] = marks;
            }

            foreach (var unwatched in _marksByProject.Keys.Except(Watches().Select(watch => watch.ProjectId), StringComparer.Ordinal).ToList())
            {
                _marksByProject.Remove(unwatched);
            }

            return changed;
        }
        finally
        {
            _marks.Release();
        }
    }

    private async Task LearnMarksAsync(string project, CancellationToken cancellationToken)
    {
        await _marks.WaitAsync(cancellationToken);
        try
        {
            if (!_marksByProject.ContainsKey(project))
            {
                _marksByProject[project] = await ChangedRows.MarksAsync(dataSource, project, cancellationToken);
            }
        }
        finally
        {
            _marks.Release();
        }
    }

    private async Task RememberAsync(string project, IEnumerable<ChangedRow> rows, CancellationToken cancellationToken)
    {
        await _marks.WaitAsync(cancellationToken);
        try
        {
            if (_marksByProject.TryGetValue(project, out var marks))
            {
                foreach (var row in rows)
                {
                    marks[row.Id] = new(row.Summary.HeadOffset, row.Summary.Archived);
                }
            }
        }
        finally
        {
            _marks.Release();
        }
    }

    private ListWatch Enter(ListScope scope)
    {
        var watch = new ListWatch(scope, Leave);
        lock (_lock)
        {
            _watches.Add(watch);
            changes.Collects = true;
        }

        return watch;
    }

    private void Leave(ListWatch watch)
    {
        lock (_lock)
        {
            _watches.Remove(watch);
            changes.Collects = _watches.Count > 0;
        }
    }

    private ListWatch[] Watches()
    {
        lock (_lock)
        {
            return [.. _watches];
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Live lists are out of date: {Reason}")]
    private partial void LogRetry(string reason);
}
