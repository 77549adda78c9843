using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Streams;

/// <summary>Follows how far a stream reaches, at most four times a second (requirement S-97).</summary>
internal sealed class HeadFollow(LiveStream stream, StreamRow row, TimeProvider time) : IFollow
{
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(250);

    private long? _sent;
    private long _sentAt;

    /// <inheritdoc/>
    public async Task<StreamBatch> NextAsync(CancellationToken cancellationToken)
    {
        if (_sent is { } sent)
        {
            await ChangeAsync(sent, cancellationToken);
            var early = Spacing - time.GetElapsedTime(_sentAt);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, time, cancellationToken);
            }
        }

        var head = Math.Max(stream.Head, row.HeadOffset);
        _sent = head;
        _sentAt = time.GetTimestamp();
        return new(row.StreamId, [], head, head);
    }

    private async Task ChangeAsync(long sent, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = stream.Changed;
            if (stream.EndCode is { } code)
            {
                throw Refusals.Ended(code);
            }

            if (stream.Head > sent)
            {
                return;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }
}
