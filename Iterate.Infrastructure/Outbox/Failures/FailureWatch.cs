using System.Runtime.CompilerServices;
using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Outbox;

/// <summary>The topic <c>outbox:failed</c> for whoever follows it: a look when it was raised, and every 10 s in case that was missed.</summary>
internal sealed class FailureWatch(FailureTable table, FailureTopic topic, OutboxNode node, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(10);

    // What is stamped before it commits may be seen so much later.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    /// <summary>What was told after <paramref name="after"/>, none without it; then all that is told.</summary>
    public async IAsyncEnumerable<OutboxFailures> FollowAsync(DateTimeOffset? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var following = topic.Follow(out var raised);
        var now = node.Now;
        IReadOnlyList<OutboxFailure> known = await table.SinceAsync(now - Overlap, cancellationToken);
        yield return new(now, after is { } moment ? await table.SinceAsync(moment, cancellationToken) : []);
        while (true)
        {
            await raised.WaitAsync(Poll, time, cancellationToken);
            var since = now - Overlap;
            now = node.Now;
            var found = await table.SinceAsync(since, cancellationToken);
            OutboxFailure[] fresh = [.. found.Except(known)];
            known = found;
            if (fresh.Length > 0)
            {
                yield return new(now, fresh);
            }
        }
    }
}
