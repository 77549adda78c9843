using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Lets this node run what is due, for as long as somebody waits for it (requirement O-36).</summary>
internal sealed class QueueProcessing(JobActions actions, LaneAdmin lanes, QueuePasses passes, ConsumerRegistry consumers, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Makes every resting job due and waits until nothing that can run here is due or runs.</summary>
    /// <param name="longest">How long it waits; what runs then goes on.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<ProcessQueueResponse> RunAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var pass = passes.Open();
        var since = time.GetTimestamp();
        await actions.EndRestsAsync(cancellationToken);
        while (true)
        {
            var now = await lanes.ListAsync(cancellationToken);
            var waiting = now.Where(lane => lane is { Due: > 0, IsPaused: false } && consumers.Find(lane.Consumer) is not null);
            if ((!waiting.Any() && pass.IsOver) || time.GetElapsedTime(since) >= longest)
            {
                return new(pass.Claimed, pass.Succeeded, pass.Failed, pass.Retrying, now.Sum(lane => lane.Due));
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }
}
