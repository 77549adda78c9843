using Iterate.Infrastructure.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Hears what other nodes enqueued, took away and got done; the poll covers what it misses (requirement O-18).</summary>
internal sealed class HintListener(
    NpgsqlDataSource dataSource, OutboxWakeUps wakeUps, RunningJobs running, FailureTopic failures, OutboxNode node, TimeProvider time, ILogger<HintListener> log)
    : ChannelListener(dataSource, OutboxHint.Channel, time, log)
{
    protected override void Begin()
    {
        wakeUps.RaiseAll();
        failures.Raise();
    }

    protected override void Hear(string payload)
    {
        if (OutboxHint.TryParse(payload) is not { } hint || string.Equals(hint.Node, node.Name, StringComparison.Ordinal))
        {
            return;
        }

        if (hint.Lanes is null)
        {
            wakeUps.RaiseAll();
        }
        else
        {
            wakeUps.Raise(hint.Lanes);
        }

        if (hint.Failed)
        {
            failures.Raise();
        }

        foreach (var job in hint.Revoked ?? [])
        {
            running.Revoke(job);
        }

        foreach (var progress in hint.Progress ?? [])
        {
            running.Tell(progress);
        }
    }
}
