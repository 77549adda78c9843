using System.Diagnostics;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Outbox;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// The writing half of the log: hands batches to writer loops and waits for their fate. Any node may write any
/// stream, because the row lock of the stream is the single writer (requirement S-40).
/// </summary>
public sealed class EventLog : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly WriterLoop[] _loops;
    private readonly TimeProvider _time;
    private readonly LiveStreams _live;
    private readonly WakeUpSender _wakeUps;
    private readonly OutboxWakeUps _outbox;
    private readonly StreamsMetrics _metrics;

    internal EventLog(
        NpgsqlDataSource dataSource, IOptions<StreamsOptions> options, TimeProvider time,
        LiveStreams live, WakeUpSender wakeUps, OutboxInserts inserts, OutboxWakeUps outbox, StreamsMetrics metrics, ILogger<EventLog> log)
    {
        _time = time;
        _live = live;
        _wakeUps = wakeUps;
        _outbox = outbox;
        _metrics = metrics;
        _loops = [.. Enumerable.Range(0, options.Value.WriterLoops).Select(_ => new WriterLoop(dataSource, inserts, time, metrics, Committed, log))];
        metrics.ObserveQueues(_loops);
    }

    /// <summary>
    /// Makes sure a stream exists, for internal callers such as the creation of a project (its root) or of an agent.
    /// Its ancestors hear of it like of any other stream.
    /// </summary>
    /// <returns><c>str_</c> id of the stream.</returns>
    /// <exception cref="ApiException"><c>invalid-path</c>, <c>busy</c>, <c>database-unavailable</c>, <c>append-outcome-unknown</c>.</exception>
    public async Task<string> EnsureStreamAsync(string projectId, string path, CancellationToken cancellationToken)
    {
        var outcome = await AppendAsync(projectId, StreamPath.Parse(path), [], AppendMode.OnlyIfMissing, cancellationToken);
        return outcome.StreamId;
    }

    /// <summary>Appends a batch atomically. Cancelling does not reach a batch that is already in a transaction (requirement S-47).</summary>
    internal async Task<AppendOutcome> AppendAsync(
        string projectId, StreamPath path, IReadOnlyList<AdmittedEvent> events, AppendMode mode, CancellationToken cancellationToken,
        Predicate<StreamTip>? when = null, string? importId = null)
    {
        var started = _time.GetTimestamp();
        using var span = StreamsTracing.StartAppend(events.Count);
        var batch = new PendingAppend
        {
            ProjectId = projectId,
            Path = path,
            Events = events,
            Mode = mode,
            When = when,
            ImportId = importId,
            Span = span,
        };
        try
        {
            var outcome = LoopOf(projectId, path).TryEnqueue(batch)
                ? await batch.Outcome.WaitAsync(AnswerTimeout, _time, cancellationToken)
                : throw Refusals.Busy();
            _metrics.Answered(_time.GetElapsedTime(started));
            return outcome;
        }
        catch (TimeoutException)
        {
            if (batch.TryAbandon())
            {
                throw Refused(Refusals.Busy(), span, started);
            }

            // Told that nobody knows, the caller may repeat it: from now on it must not be tried anew.
            batch.Refuse(Refusals.OutcomeUnknown());
            throw Refused(Refusals.OutcomeUnknown(), span, started);
        }
        catch (OperationCanceledException)
        {
            batch.TryAbandon();
            throw;
        }
        catch (ApiException refusal)
        {
            Refused(refusal, span, started);
            throw;
        }
    }

    /// <summary>Drains of this node that were written from memory.</summary>
    internal long RememberedDrains => _loops.Sum(loop => loop.Remembered);

    /// <summary>Writes what is queued, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var loop in _loops)
        {
            await loop.DisposeAsync();
        }
    }

    private WriterLoop LoopOf(string projectId, StreamPath path) =>
        _loops[(uint)HashCode.Combine(projectId, path) % (uint)_loops.Length];

    private ApiException Refused(ApiException refusal, Activity? span, long started)
    {
        _metrics.Refused(_time.GetElapsedTime(started), refusal.Code);
        StreamsTracing.Refused(span, refusal);
        return refusal;
    }

    private void Committed(IReadOnlyList<DrainStream> written)
    {
        _live.Publish(written);
        _wakeUps.Changed(written);
        if (written.Any(stream => stream.IsNew))
        {
            _outbox.Committed([AnnounceStream.Lane]);
        }
    }
}
