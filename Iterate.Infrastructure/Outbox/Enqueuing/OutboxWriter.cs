using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <inheritdoc cref="IOutbox"/>
internal sealed class OutboxWriter(OutboxInserts inserts, OutboxCommits commits) : IOutbox
{
    public async Task<string> EnqueueAsync<TPayload>(IterateDbContext context, OutboxDraft<TPayload> draft, CancellationToken cancellationToken)
        where TPayload : class, IOutboxPayload => (await EnqueueManyAsync(context, [draft], cancellationToken))[0];

    public async Task<IReadOnlyList<string>> EnqueueManyAsync<TPayload>(
        IterateDbContext context, IReadOnlyList<OutboxDraft<TPayload>> drafts, CancellationToken cancellationToken)
        where TPayload : class, IOutboxPayload
    {
        var transaction = context.Database.CurrentTransaction?.GetDbTransaction()
            ?? throw new InvalidOperationException("Outbox events are enqueued in the transaction of the change that causes them, and none is open.");
        commits.RequireCause(transaction);
        var insert = inserts.Prepare(drafts);
        var connection = (NpgsqlConnection)transaction.Connection!;
        var written = await WriteAsync(connection, insert, cancellationToken);
        commits.Expect(transaction, insert.Lanes);
        return written.Count == drafts.Count
            ? insert.EventIds
            : await WithEarlierAsync(connection, TPayload.EventName, drafts, insert.EventIds, written, cancellationToken);
    }

    private static async Task<HashSet<string>> WriteAsync(NpgsqlConnection connection, OutboxInsert insert, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { insert.Command() } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var written = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            written.Add(reader.GetString(0));
        }

        return written;
    }

    /// <summary>Ids with those that had a dedup key before in the place of the ones that were not written.</summary>
    private static async Task<IReadOnlyList<string>> WithEarlierAsync<TPayload>(
        NpgsqlConnection connection, string name, IReadOnlyList<OutboxDraft<TPayload>> drafts, IReadOnlyList<string> ids, HashSet<string> written,
        CancellationToken cancellationToken)
        where TPayload : class, IOutboxPayload
    {
        // Another statement: it sees what the conflict waited for.
        await using var command = new NpgsqlCommand("select key, event_id from outbox_dedup_key where name = $1 and key = any($2)", connection);
        command.Parameters.Add(Sql.Text(name));
        command.Parameters.Add(Sql.Array([.. drafts.Where(draft => draft.DedupKey is not null)], draft => draft.DedupKey));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var earlier = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            earlier.Add(reader.GetString(0), reader.GetString(1));
        }

        return [.. ids.Zip(drafts, (id, draft) => written.Contains(id) ? id : earlier[draft.DedupKey!])];
    }
}
