using Iterate.Infrastructure.Outbox;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>How the transaction of a drain ended.</summary>
internal enum DrainEnd
{
    /// <summary>Committed; its callers can be answered.</summary>
    Committed,

    /// <summary>Nothing was written, and the database is there: its batches can be tried one by one.</summary>
    Failed,

    /// <summary>Row locks or the commit took longer than allowed; nothing was written.</summary>
    TimedOut,

    /// <summary>Nothing was written, and the database is not there.</summary>
    Unavailable,

    /// <summary>It may or may not have been written.</summary>
    Unknown,
}

/// <summary>What a drain left behind.</summary>
internal sealed record DrainResult(DrainEnd End, IReadOnlyList<DrainStream> Written, Exception? Cause = null);

/// <summary>Runs one drain as one transaction: lock, decide, write, commit (requirement S-37).</summary>
/// <param name="dataSource">The database.</param>
/// <param name="outbox">Where new streams are announced from.</param>
/// <param name="time">The node's clock.</param>
/// <param name="moreWaits">Whether somebody waits for the next drain already.</param>
/// <param name="unreachable">Told, maybe again and again, while a drain waits for a database that is not there.</param>
internal sealed class DrainWriter(
    NpgsqlDataSource dataSource, OutboxInserts outbox, TimeProvider time, Func<bool> moreWaits, Action unreachable) : IAsyncDisposable
{
    // So many answered callers are likely to come again at once.
    private const int BusyDrain = 8;

    private readonly RememberedStreams _memory = new();
    private readonly WriterSession _session = new(dataSource);
    private readonly TransactionFate _fate = new(dataSource, time, unreachable);

    /// <summary>Commits <paramref name="drain"/> or says why not. Never throws for what a database can do.</summary>
    public async Task<DrainResult> WriteAsync(Drain drain)
    {
        var reused = _session.IsOpen;
        var result = await TryWriteAsync(drain);

        // A restarted server ended the connection while it was idle: that says nothing about the server of today.
        return result.End == DrainEnd.Unavailable && reused ? await TryWriteAsync(drain) : result;
    }

    /// <summary>Drains that were written from memory.</summary>
    public long Remembered { get; private set; }

    /// <summary>No drain follows: gives back the transaction that was begun for it.</summary>
    public Task RestAsync() => _session.Begun is null ? Task.CompletedTask : _session.TryRollbackAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private async Task<DrainResult> TryWriteAsync(Drain drain) => await TryRememberedAsync(drain) ?? await TryLockedAsync(drain);

    /// <summary>Writes from memory; null when that cannot be, and nothing was written.</summary>
    private async Task<DrainResult?> TryRememberedAsync(Drain drain)
    {
        // Without an id that is known before, the fate of a lost commit could not be asked for.
        if (_session.Begun is not { } transactionId || _memory.Recall(drain) is not { } recalled)
        {
            return null;
        }

        drain.Decide(recalled, time.GetUtcNow());
        DrainStream[] streams = [.. recalled.Found.OfType<DrainStream>()];
        if (!drain.IsAccepted || !Array.TrueForAll(streams, stream => stream is { IsChanged: false, Written.Count: > 0 }))
        {
            return null;
        }

        try
        {
            await CommitAsync(await _session.OpenAsync(), drain, streams, [], transactionId);
            _memory.Confirm();
            Remembered++;
            return new(DrainEnd.Committed, streams);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or IOException or InvalidOperationException)
        {
            _memory.Forget(drain);
            var result = await ResolveAsync(exception, transactionId, streams);

            // Only an answer of the database comes soon enough for everybody to be waiting still.
            return result.End is DrainEnd.Failed && _session.IsOpen ? null : result;
        }
    }

    private async Task<DrainResult> TryLockedAsync(Drain drain)
    {
        BeginDrain? begin = null;
        DrainStream[]? streams = null;
        try
        {
            var connection = await _session.OpenAsync();
            begin = new(connection, drain, _session.Begun);
            var found = await begin.RunAsync(time);
            drain.Decide(found, time.GetUtcNow());
            streams = [.. found.Found.OfType<DrainStream>()];
            if (Array.TrueForAll(streams, stream => stream.Written.Count == 0))
            {
                // Nothing to write: a rollback frees the locks without a flush.
                return await _session.TryRollbackAsync() ? new(DrainEnd.Committed, []) : new(DrainEnd.Unavailable, []);
            }

            DrainStream[] written = [.. streams.Where(stream => stream.Written.Count > 0)];
            long[] refused = [.. streams.Where(stream => stream.IsMissing).Select(stream => stream.Id)];
            await CommitAsync(connection, drain, written, refused, begin.TransactionId!);
            return new(DrainEnd.Committed, written);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or IOException or InvalidOperationException)
        {
            return await ResolveAsync(exception, begin?.TransactionId, streams);
        }
    }

    private async Task CommitAsync(NpgsqlConnection connection, Drain drain, DrainStream[] written, long[] refused, string transactionId)
    {
        var anotherFollows = drain.Batches.Count >= BusyDrain || moreWaits();
        var next = await CommitDrain.RunAsync(connection, written, refused, AnnounceStream.Inserts(outbox, written), anotherFollows);
        _memory.Remember(written, transactionId);
        if (anotherFollows && next is null)
        {
            await _session.TryRollbackAsync();
        }
        else
        {
            _session.Began(next);
        }
    }

    private async Task<DrainResult> ResolveAsync(Exception exception, string? transactionId, DrainStream[]? decided)
    {
        var answered = exception is PostgresException { SqlState: not (PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown) };
        if (answered && await _session.TryRollbackAsync())
        {
            var timedOut = exception is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled };
            return new(timedOut ? DrainEnd.TimedOut : DrainEnd.Failed, [], exception);
        }

        if (decided is null && exception.InnerException is TimeoutException && await _session.TryRollbackAsync())
        {
            return new(DrainEnd.TimedOut, [], exception);
        }

        await _session.CloseAsync();
        DrainStream[] written = [.. decided?.Where(stream => stream.Written.Count > 0) ?? []];
        if (written.Length == 0 || transactionId is null)
        {
            return new(DrainEnd.Unavailable, [], exception);
        }

        // The commit may have been on its way. Only the database knows (requirement S-44).
        return await _fate.AskAsync(transactionId, written[0]) switch
        {
            Fate.Committed => new(DrainEnd.Committed, written),
            Fate.Aborted => new(DrainEnd.Failed, [], exception),
            _ => new(DrainEnd.Unknown, [], exception),
        };
    }
}
