using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Wakes the lanes that a transaction enqueued work for, once it has committed (requirement O-18).</summary>
internal sealed class OutboxCommits(OutboxWakeUps wakeUps) : DbTransactionInterceptor
{
    private readonly ConditionalWeakTable<DbTransaction, HashSet<string>> _expected = [];

    public void Expect(DbTransaction transaction, IReadOnlyList<string> consumers) =>
        _expected.GetValue(transaction, _ => new(StringComparer.Ordinal)).UnionWith(consumers);

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Wake(transaction);

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Wake(transaction);
        return Task.CompletedTask;
    }

    private void Wake(DbTransaction transaction)
    {
        if (_expected.TryGetValue(transaction, out var consumers))
        {
            _expected.Remove(transaction);
            wakeUps.Committed(consumers);
        }
    }
}
