using System.Runtime.CompilerServices;
using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// The topic <c>outbox:failed</c> for whoever follows it: a look when it was raised, and every 10 s in case that was
/// missed. A look compares the whole table, one row for each consumer and code of a day, with the look before: a failure
/// that is committed long after it was stamped is found too.
/// </summary>
internal sealed class FailureWatch(FailureTable table, FailureTopic topic, OutboxNode node, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(10);

    /// <summary>What was told after <paramref name="after"/>, none without it; then all that is told.</summary>
    public async IAsyncEnumerable<OutboxFailures> FollowAsync(DateTimeOffset? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var following = topic.Follow(out var raised);
        var now = node.Now;
        var known = await table.ListAsync(cancellationToken);
        yield return new(now, [.. known.Where(failure => failure.RaisedAt > after)]);
        while (true)
        {
            await raised.WaitAsync(Poll, time, cancellationToken);
            now = node.Now;
            var found = await table.ListAsync(cancellationToken);
            OutboxFailure[] fresh = [.. found.Except(known)];
            known = found;
            if (fresh.Length > 0)
            {
                yield return new(now, fresh);
            }
        }
    }
}
