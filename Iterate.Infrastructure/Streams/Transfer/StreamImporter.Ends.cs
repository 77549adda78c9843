using Iterate.Domain;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

// How imports end.
internal sealed partial class StreamImporter
{
    private const string HaltReason = "imported";

    private const string Release = """
        update stream set import_id = null, title = $2, paused_at_offset = $3, pause_reason = $4, breaker_burst = $5, breaker_refill = $6,
            breaker_level = $7, breaker_refilled_at = null, breaker_tripped_at_offset = $8, details = $9, state_version = $10
        where id = $1 and import_id = $11
        """;

    /// <summary>Ends an import that has all its lines.</summary>
    /// <exception cref="ApiException"><c>invalid-state</c>, <c>not-found</c>.</exception>
    public async Task<ImportStatus> FinishAsync(string projectId, string id, CancellationToken cancellationToken)
    {
        var import = await ImportRow.FindAsync(dataSource, projectId, id, cancellationToken);
        if (import is { State: ImportState.Running, Mode: ImportMode.Restore, HeadOffset: > 0 })
        {
            await HaltSubscriptionsAsync(import, cancellationToken);
        }

        return await InTransactionAsync(async connection =>
        {
            var locked = await ImportRow.LockAsync(connection, projectId, id, cancellationToken);
            return locked.State switch
            {
                ImportState.Finished => locked.Status,
                ImportState.Stopped => throw InvalidState($"Line {locked.ErrorLine} is bad; send it again, corrected, or cancel."),
                ImportState.Cancelled => throw InvalidState("The import was cancelled."),
                _ when locked.HeadOffset == 0 => throw InvalidState("There is no event in the import yet."),
                _ => await EndAsync(connection, locked, cancellationToken),
            };
        }, cancellationToken);
    }

    /// <summary>Gives an import up.</summary>
    /// <exception cref="ApiException"><c>invalid-state</c>: it has finished; <c>not-found</c>.</exception>
    public Task<ImportStatus> CancelAsync(string projectId, string id, CancellationToken cancellationToken) =>
        InTransactionAsync(async connection =>
        {
            var locked = await ImportRow.LockAsync(connection, projectId, id, cancellationToken);
            return locked.State switch
            {
                ImportState.Cancelled => locked.Status,
                ImportState.Finished => throw InvalidState("The import has finished; delete the stream instead."),
                _ => await CancelAsync(connection, locked, cancellationToken),
            };
        }, cancellationToken);

    /// <summary>Cancels an import nobody has touched for a day; the time when to look again if somebody has.</summary>
    public Task<DateTimeOffset?> CancelAbandonedAsync(string projectId, string id, CancellationToken cancellationToken) =>
        InTransactionAsync<DateTimeOffset?>(async connection =>
        {
            var locked = await ImportRow.LockAsync(connection, projectId, id, cancellationToken);
            if (locked.IsOpen && locked.TouchedAt + Patience > time.GetUtcNow())
            {
                return locked.TouchedAt + Patience;
            }

            if (locked.IsOpen)
            {
                await CancelAsync(connection, locked, cancellationToken);
            }

            return null;
        }, cancellationToken);

    /// <summary>A backup that is restored must not send a webhook again (requirement S-126). Done again it finds its keys.</summary>
    private async Task HaltSubscriptionsAsync(ImportRow import, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var (_, details) = await StateRebuild.ReduceAsync(
            connection, import.Stream, StreamTip.Empty with { HeadOffset = import.HeadOffset }, import.Path, cancellationToken);
        string[] keys = [.. details.Subscriptions.Keys.Order(StringComparer.Ordinal)];
        if (keys.Length > 0)
        {
            var halts = EventAdmission.Admit(
                [.. keys.Select(key => CoreEvents.ImportedHaltEvent(import.Id, key, import.Events, HaltReason))], EventOrigin.Platform);
            await log.AppendAsync(import.ProjectId, import.Path, halts, AppendMode.MustExist, cancellationToken, importId: import.Id);
        }
    }

    private async Task<ImportStatus> EndAsync(NpgsqlConnection connection, ImportRow import, CancellationToken cancellationToken)
    {
        await ReleaseAsync(connection, import, cancellationToken);
        var after = import with { State = ImportState.Finished, TouchedAt = time.GetUtcNow().ToMilliseconds() };
        OutboxInsert[] work = import.Mode == ImportMode.Restore && !import.Path.IsRoot
            ? [outbox.Prepare<StreamCreated>([new(new(import.ProjectId, import.StreamId, import.Path.Value)) { ProjectId = import.ProjectId }])]
            : [];
        await SaveAsync(connection, after, work, cancellationToken);
        return after.Status;
    }

    private static async Task ReleaseAsync(NpgsqlConnection connection, ImportRow import, CancellationToken cancellationToken)
    {
        if (import.Mode == ImportMode.Append)
        {
            await using var release = new NpgsqlCommand("update stream set import_id = null where id = $1 and import_id = $2", connection)
            {
                Parameters = { Query.Value(import.Stream), Sql.Text(import.Id) },
            };
            await release.ExecuteNonQueryAsync(cancellationToken);
            return;
        }

        var (tip, details) = await StateRebuild.ReduceAsync(
            connection, import.Stream, StreamTip.Empty with { HeadOffset = import.HeadOffset, LastEventAt = import.LastEventAt }, import.Path, cancellationToken);
        await using var settle = new NpgsqlCommand(Release, connection)
        {
            Parameters =
            {
                Query.Value(import.Stream), Sql.Text(tip.Title), Query.Value(tip.PausedAtOffset), Sql.Text(tip.PauseReason),
                Query.Value(tip.Breaker.BurstCapacity), Query.Value(tip.Breaker.RefillPerMinute), Query.Value(tip.Breaker.Level),
                Query.Value(tip.Breaker.TrippedAtOffset), Sql.Json(details.ToJson()), Query.Value(StreamDetails.CurrentVersion), Sql.Text(import.Id),
            },
        };
        if (await settle.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw Refusals.StreamDeleted();
        }
    }

    private async Task<ImportStatus> CancelAsync(NpgsqlConnection connection, ImportRow import, CancellationToken cancellationToken)
    {
        var restores = import.Mode == ImportMode.Restore;
        await using var leave = new NpgsqlCommand(
            restores ? "delete from stream where id = $1 and import_id = $2" : "update stream set import_id = null where id = $1 and import_id = $2", connection)
        {
            Parameters = { Query.Value(import.Stream), Sql.Text(import.Id) },
        };
        await leave.ExecuteNonQueryAsync(cancellationToken);
        var after = import with
        {
            State = ImportState.Cancelled,
            ErrorLine = null,
            Error = null,
            TouchedAt = time.GetUtcNow().ToMilliseconds(),
            HeadOffset = restores ? 0 : import.HeadOffset,
        };
        OutboxInsert[] work = restores
            ? [outbox.Prepare<StreamDeleted>([new(new(import.Stream, import.StreamId)) { ProjectId = import.ProjectId }])]
            : [];
        await SaveAsync(connection, after, work, cancellationToken);
        return after.Status;
    }
}
