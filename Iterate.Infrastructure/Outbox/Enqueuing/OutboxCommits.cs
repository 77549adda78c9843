using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Wakes the lanes that a transaction enqueued work for, once it has committed (requirement O-18).</summary>
internal sealed class OutboxCommits(OutboxWakeUps wakeUps) : DbTransactionInterceptor
{
    private readonly ConditionalWeakTable<DbTransaction, HashSet<string>> _expected = [];

    private readonly ConditionalWeakTable<DbTransaction, OutboxJobContext> _handlers = [];

    /// <summary>
    /// A transaction in which a handler completes its job, until the answer is disposed; what it enqueues names that job
    /// as its cause. The driver uses the same object for later transactions of the connection.
    /// </summary>
    public IDisposable BelongsTo(DbTransaction transaction, OutboxJobContext handler)
    {
        _handlers.Add(transaction, handler);
        return new DisposableAction(() => _handlers.Remove(transaction));
    }

    /// <exception cref="InvalidOperationException">It is a handler's, and the flow that enqueues has lost the handler (requirement O-1).</exception>
    public void RequireCause(DbTransaction transaction)
    {
        if (_handlers.TryGetValue(transaction, out var handler) && OutboxJobContext.Current != handler)
        {
            throw new InvalidOperationException($"What the handler of {handler.JobId} enqueues would not name it as its cause: it left the flow of execution.");
        }
    }

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
