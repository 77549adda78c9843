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
/// <param name="unreachable">Told, maybe again and again, while a drain waits for a database that is not there.</param>
internal sealed class DrainWriter(NpgsqlDataSource dataSource, OutboxInserts outbox, TimeProvider time, Action unreachable) : IAsyncDisposable
{
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

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private async Task<DrainResult> TryWriteAsync(Drain drain)
    {
        BeginDrain? begin = null;
        DrainStream[]? streams = null;
        try
        {
            var connection = await _session.OpenAsync();
            begin = new(connection, drain);
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
            await CommitDrain.RunAsync(connection, written, refused, AnnounceStream.Inserts(outbox, written));
            return new(DrainEnd.Committed, written);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or IOException or InvalidOperationException)
        {
            return await ResolveAsync(exception, begin?.TransactionId, streams);
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
        if (decided is null || transactionId is null)
        {
            return new(DrainEnd.Unavailable, [], exception);
        }

        // The commit may have been on its way. Only the database knows (requirement S-44).
        return await _fate.AskAsync(transactionId) switch
        {
            Fate.Committed => new(DrainEnd.Committed, [.. decided.Where(stream => stream.Written.Count > 0)]),
            Fate.Aborted => new(DrainEnd.Failed, [], exception),
            _ => new(DrainEnd.Unknown, [], exception),
        };
    }
}
