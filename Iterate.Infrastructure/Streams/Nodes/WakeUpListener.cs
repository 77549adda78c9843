using Iterate.Infrastructure.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>Hears what other nodes committed; the poll covers what it misses (requirement S-109).</summary>
internal sealed class WakeUpListener(
    NpgsqlDataSource dataSource, LiveStreams live, ListChanges lists, SilentChanges silent, FrameReceiver frames, NodeIdentity node,
    TimeProvider time, ILogger<WakeUpListener> log)
    : ChannelListener(dataSource, WakeUpMessage.Channel, time, log)
{
    protected override void Begin() => silent.LookAround();

    protected override void Hear(string payload)
    {
        if (WakeUpMessage.TryParse(payload) is not { } message || string.Equals(message.Node, node.Name, StringComparison.Ordinal))
        {
            return;
        }

        if (message.Frames is { } written)
        {
            frames.Announce(message.Node, written);
        }

        if (message.Heads is null)
        {
            silent.LookAround();
            return;
        }

        foreach (var (stream, head) in message.Heads)
        {
            live.Hint(stream, head);
            lists.Touch(stream);
        }
    }
}
